using System.Text;

namespace Zonix.Kernel.Vfs;

/// <summary>Extended attributes in memory, for whatever inode keeps its own there. Which names are allowed is the owner's matter. Any thread. xattr(7).</summary>
public sealed class MemoryAttributes
{
    private const int XATTR_CREATE = 1, XATTR_REPLACE = 2;
    private readonly Lock gate = new();
    private SortedDictionary<string, byte[]>? values;

    /// <summary>See <see cref="IExtendedAttributes.GetAttribute"/>.</summary>
    public SysResult Get(ReadOnlySpan<byte> name, Span<byte> value)
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

    /// <summary>See <see cref="IExtendedAttributes.SetAttribute"/>: EEXIST, ENODATA.</summary>
    public Errno Set(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, int flags)
    {
        string key = Encoding.Latin1.GetString(name);
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

    /// <summary>See <see cref="IExtendedAttributes.RemoveAttribute"/>: ENODATA.</summary>
    public Errno Remove(ReadOnlySpan<byte> name)
    {
        lock (gate)
            return values?.Remove(Encoding.Latin1.GetString(name)) == true ? 0 : Errno.ENODATA;
    }

    /// <summary>The names, or their length alone when <paramref name="measures"/>; ERANGE.</summary>
    public SysResult List(Span<byte> names, bool measures)
    {
        lock (gate)
        {
            int total = 0;
            foreach (string key in values?.Keys ?? Enumerable.Empty<string>())
            {
                if (!measures)
                {
                    if (names.Length < total + key.Length + 1)
                        return Errno.ERANGE;
                    Encoding.Latin1.GetBytes(key, names[total..]);
                    names[total + key.Length] = 0;
                }
                total += key.Length + 1;
            }
            return total;
        }
    }
}
