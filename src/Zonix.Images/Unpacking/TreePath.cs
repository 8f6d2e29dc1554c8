using System.Text;

namespace Zonix.Images.Unpacking;

/// <summary>Names of entries, as archives carry them: bytes, relative to the root whatever they begin with.</summary>
internal static class TreePath
{
    // PATH_MAX without its zero byte: no longer name can be used by a guest.
    private const int MaxLength = 4095;
    private const int MaxName = 255;

    /// <summary>
    /// The name without leading, doubled and trailing slashes, "." and ".."; empty: the root. What leads out of the root,
    /// holds a zero byte or is too long is refused: <see cref="ImageException"/>.
    /// </summary>
    public static byte[] Normalize(ReadOnlySpan<byte> name)
    {
        if (name.Length > MaxLength)
            throw Refused(name, $"has {name.Length} bytes, more than {MaxLength}");
        if (name.Contains((byte)0))
            throw Refused(name, "holds a zero byte");
        if (IsPlain(name))
            return name.ToArray();
        var parts = new List<Range>();
        foreach (Range range in name.Split((byte)'/'))
        {
            ReadOnlySpan<byte> part = name[range];
            if (part.IsEmpty || part is [(byte)'.'])
                continue;
            if (part is not [(byte)'.', (byte)'.'])
                parts.Add(range);
            else if (parts.Count > 0)
                parts.RemoveAt(parts.Count - 1);
            else
                throw Refused(name, "leads out of the tree");
        }
        var clean = new MemoryStream(name.Length);
        foreach (Range part in parts)
        {
            if (clean.Length > 0)
                clean.WriteByte((byte)'/');
            clean.Write(Checked(name, name[part]));
        }
        return clean.ToArray();
    }

    /// <summary>The place before the last name, and the last name.</summary>
    public static ReadOnlySpan<byte> Split(ReadOnlySpan<byte> path, out ReadOnlySpan<byte> name)
    {
        int slash = path.LastIndexOf((byte)'/');
        name = path[(slash + 1)..];
        return slash < 0 ? default : path[..slash];
    }

    /// <summary>A name for messages: what cannot be printed is escaped.</summary>
    public static string Show(ReadOnlySpan<byte> name)
    {
        const int Most = 200;
        var text = new StringBuilder();
        foreach (char c in Encoding.UTF8.GetString(name.Length > Most ? name[..Most] : name))
        {
            if (char.IsControl(c))
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
            else
                text.Append(c);
        }
        return name.Length > Most ? text.Append("...").ToString() : text.ToString();
    }

    // Most names are clean already. Short parts only: a long name shows below.
    private static bool IsPlain(ReadOnlySpan<byte> name)
    {
        if (name.Length is 0 or > MaxName || name[0] is (byte)'/' or (byte)'.' || name[^1] is (byte)'/')
            return false;
        for (ReadOnlySpan<byte> rest = name; ;)
        {
            int slash = rest.IndexOf((byte)'/');
            if (slash < 0)
                return true;
            rest = rest[(slash + 1)..];
            if (rest[0] is (byte)'/' or (byte)'.')
                return false;
        }
    }

    private static ReadOnlySpan<byte> Checked(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> part) =>
        part.Length <= MaxName ? part : throw Refused(whole, $"has a part of {part.Length} bytes, more than {MaxName}");

    private static ImageException Refused(ReadOnlySpan<byte> name, string why) => new($"the name '{Show(name)}' {why}");
}
