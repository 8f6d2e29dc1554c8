using System.Text;
using Zonix.Abi;
using Zonix.Kernel;

namespace Zonix.Lx.Cgroup;

/// <summary>The extended attributes of a group's directory, by which service managers remember what it is for. xattr(7).</summary>
internal sealed class CgroupAttributes
{
    private const int XATTR_CREATE = 1, XATTR_REPLACE = 2;
    private readonly Lock gate = new();
    private SortedDictionary<string, byte[]>? values;

    internal SysResult Get(ReadOnlySpan<byte> name, Span<byte> value)
    {
        lock (gate)
        {
            if (values is null || !values.TryGetValue(Encoding.Latin1.GetString(name), out byte[]? found))
                return Errno.ENODATA;
            if (value.IsEmpty)
                return found.Length;
            if (value.Length < found.Length)
                return Errno.ERANGE;
            found.CopyTo(value);
            return found.Length;
        }
    }

    internal Errno Set(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, int flags)
    {
        string key = Encoding.Latin1.GetString(name);
        if (!key.StartsWith("user.", StringComparison.Ordinal) && !key.StartsWith("trusted.", StringComparison.Ordinal))
            return Errno.EOPNOTSUPP;
        lock (gate)
        {
            bool exists = values?.ContainsKey(key) ?? false;
            if (exists && (flags & XATTR_CREATE) != 0)
                return Errno.EEXIST;
            if (!exists && (flags & XATTR_REPLACE) != 0)
                return Errno.ENODATA;
            (values ??= new(StringComparer.Ordinal))[key] = value.ToArray();
            return 0;
        }
    }

    internal Errno Remove(ReadOnlySpan<byte> name)
    {
        lock (gate)
            return values?.Remove(Encoding.Latin1.GetString(name)) == true ? 0 : Errno.ENODATA;
    }

    internal SysResult List(Span<byte> names)
    {
        lock (gate)
        {
            byte[] all = Encoding.Latin1.GetBytes(string.Concat((values?.Keys ?? Enumerable.Empty<string>()).Select(key => key + '\0')));
            if (names.IsEmpty)
                return all.Length;
            if (names.Length < all.Length)
                return Errno.ERANGE;
            all.CopyTo(names);
            return all.Length;
        }
    }
}
