using System.Text;

namespace Zonix.Images.Bootstrap.Control;

/// <summary>
/// A paragraph of a control file: fields with values that may go on in further lines. deb822(5). Nothing is decoded before it
/// is asked for, since an index has tens of thousands of paragraphs of which a hundred matter.
/// </summary>
public readonly struct ControlParagraph(ReadOnlyMemory<byte> text)
{
    /// <summary>The paragraph as it stands in the file.</summary>
    public ReadOnlyMemory<byte> Text => text;

    /// <summary>A field's value: lines that go on keep their line feeds, without the space in front; null: no such field.</summary>
    public string? this[ReadOnlySpan<byte> name]
    {
        get
        {
            ReadOnlySpan<byte> raw = Raw(name, out bool found);
            return found ? Decode(raw) : null;
        }
    }

    /// <summary>A field's bytes with all its lines; names are compared without case.</summary>
    public ReadOnlySpan<byte> Raw(ReadOnlySpan<byte> name, out bool found)
    {
        ReadOnlySpan<byte> all = text.Span;
        for (int at = 0, end; at < all.Length; at = end)
        {
            end = EndOfLine(all, at);
            ReadOnlySpan<byte> line = all[at..end];
            if (line.Length <= name.Length || line[name.Length] != ':' || !Ascii.EqualsIgnoreCase(line[..name.Length], name))
                continue;
            while (end < all.Length && (all[end] is (byte)' ' or (byte)'\t' or (byte)'#'))
                end = EndOfLine(all, end);
            found = true;
            return all[(at + name.Length + 1)..end].Trim(" \t\r\n"u8);
        }
        found = false;
        return default;
    }

    private static int EndOfLine(ReadOnlySpan<byte> text, int at)
    {
        int feed = text[at..].IndexOf((byte)'\n');
        return feed < 0 ? text.Length : at + feed + 1;
    }

    private static ReadOnlySpan<byte> TakeLine(ref ReadOnlySpan<byte> rest)
    {
        int feed = rest.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = feed < 0 ? rest : rest[..feed];
        rest = feed < 0 ? default : rest[(feed + 1)..];
        return line;
    }

    private static string Decode(ReadOnlySpan<byte> raw)
    {
        if (!raw.Contains((byte)'\n'))
            return Encoding.UTF8.GetString(raw);
        var value = new StringBuilder();
        bool first = true;
        while (!raw.IsEmpty)
        {
            ReadOnlySpan<byte> line = TakeLine(ref raw).TrimEnd(" \t\r"u8);
            if (line is [(byte)'#', ..])
                continue;
            if (!first)
                value.Append('\n');
            else
                first = false;
            value.Append(Encoding.UTF8.GetString(line is [(byte)' ' or (byte)'\t', ..] ? line[1..] : line));
        }
        return value.ToString();
    }
}
