using System.Buffers;

namespace Zonix.FileSystems.Folder;

/// <summary>Extended attributes of a folder's files: those of users are the host's; others would have a meaning there and are not passed on.</summary>
internal static class FolderAttributes
{
    public static SysResult Get(FolderInode inode, ReadOnlySpan<byte> name, Span<byte> value)
    {
        if (!IsPassed(name))
            return IsUsers(name) ? Errno.ENODATA : Errno.EOPNOTSUPP;
        Errno e = inode.Hold(out FolderHold hold);
        if (e != 0)
            return e;
        using (hold)
            return SysResult.FromRaw(hold.Entry.GetAttribute(name, value));
    }

    public static Errno Set(FolderInode inode, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, int flags)
    {
        if (!IsPassed(name))
            return IsUsers(name) ? Errno.EPERM : Errno.EOPNOTSUPP;
        Errno e = inode.Hold(out FolderHold hold);
        if (e != 0)
            return e;
        using (hold)
            return (Errno)hold.Entry.SetAttribute(name, value, flags);
    }

    public static Errno Remove(FolderInode inode, ReadOnlySpan<byte> name)
    {
        if (!IsPassed(name))
            return IsUsers(name) ? Errno.ENODATA : Errno.EOPNOTSUPP;
        Errno e = inode.Hold(out FolderHold hold);
        if (e != 0)
            return e;
        using (hold)
            return (Errno)hold.Entry.RemoveAttribute(name);
    }

    /// <summary>The names that are passed on.</summary>
    public static SysResult List(FolderInode inode, Span<byte> names)
    {
        Errno e = inode.Hold(out FolderHold hold);
        if (e != 0)
            return e;
        byte[] all = ArrayPool<byte>.Shared.Rent(65536);
        using (hold)
        {
            long length = hold.Entry.ListAttributes(all);
            SysResult result = length < 0 ? SysResult.FromRaw(length) : Filter(all.AsSpan(0, (int)length), names);
            ArrayPool<byte>.Shared.Return(all);
            return result;
        }
    }

    private static SysResult Filter(ReadOnlySpan<byte> all, Span<byte> names)
    {
        int total = 0;
        while (!all.IsEmpty)
        {
            int end = all.IndexOf((byte)0);
            ReadOnlySpan<byte> name = all[..end];
            if (IsPassed(name))
            {
                if (!names.IsEmpty)
                {
                    if (names.Length < total + end + 1)
                        return Errno.ERANGE;
                    all[..(end + 1)].CopyTo(names[total..]);
                }
                total += end + 1;
            }
            all = all[(end + 1)..];
        }
        return total;
    }

    private static bool IsUsers(ReadOnlySpan<byte> name) => name.StartsWith("user."u8);

    private static bool IsPassed(ReadOnlySpan<byte> name) => IsUsers(name) && !name.SequenceEqual(FolderOwners.AttributeName);
}
