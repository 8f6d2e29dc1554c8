namespace Zonix.FileSystems.Tmpfs;

/// <summary>The extended attributes that stand for access control lists. acl(5).</summary>
internal static class TmpAcls
{
    private static ReadOnlySpan<byte> AccessName => "system.posix_acl_access"u8;

    private static ReadOnlySpan<byte> DefaultName => "system.posix_acl_default"u8;

    public static bool IsAcl(ReadOnlySpan<byte> name, out bool inherited)
    {
        inherited = name.SequenceEqual(DefaultName);
        return inherited || name.SequenceEqual(AccessName);
    }

    public static SysResult Get(InodeState state, bool inherited, Span<byte> value)
    {
        FileAcls? acls = state.Access.Acls;
        if ((inherited ? acls?.Default : acls?.Access) is not { } acl)
            return Errno.ENODATA;
        if (!value.IsEmpty)
        {
            if (value.Length < acl.Size)
                return Errno.ERANGE;
            acl.Write(value);
        }
        return acl.Size;
    }

    public static Errno Set(InodeState state, bool inherited, ReadOnlySpan<byte> value, Timestamp now)
    {
        Errno e = FileAcl.Parse(value, out FileAcl? acl);
        if (e != 0)
            return e;
        if (!inherited)
            state.SetAccessAcl(acl, now);
        else if (state.Access.IsDirectory)
            state.SetDefaultAcl(acl, now);
        else if (acl is not null)
            return Errno.EACCES;
        return 0;
    }

    public static SysResult List(InodeState state, Span<byte> names)
    {
        int length = 0;
        FileAcls? acls = state.Access.Acls;
        if (acls?.Access is not null && !TryAdd(AccessName, names, ref length))
            return Errno.ERANGE;
        return acls?.Default is not null && !TryAdd(DefaultName, names, ref length) ? Errno.ERANGE : length;
    }

    private static bool TryAdd(ReadOnlySpan<byte> name, Span<byte> names, ref int length)
    {
        if (!names.IsEmpty)
        {
            if (names.Length - length <= name.Length)
                return false;
            name.CopyTo(names[length..]);
            names[length + name.Length] = 0;
        }
        length += name.Length + 1;
        return true;
    }
}
