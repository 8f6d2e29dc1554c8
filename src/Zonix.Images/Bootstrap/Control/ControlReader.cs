namespace Zonix.Images.Bootstrap.Control;

/// <summary>Divides a control file into its paragraphs. deb822(5).</summary>
public static class ControlReader
{
    /// <summary>The paragraphs, in order. Lines that begin with '#' are comments; a paragraph of comments alone is none.</summary>
    public static IEnumerable<ControlParagraph> Read(ReadOnlyMemory<byte> file)
    {
        int at = 0;
        while (Next(file, ref at, out ControlParagraph paragraph))
            yield return paragraph;
    }

    /// <summary>The paragraph at a place, which is moved behind it; false at the end.</summary>
    public static bool Next(ReadOnlyMemory<byte> file, ref int at, out ControlParagraph paragraph)
    {
        ReadOnlySpan<byte> text = file.Span;
        int start = -1;
        while (at < text.Length)
        {
            int lineStart = at;
            int feed = text[at..].IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = feed < 0 ? text[at..] : text.Slice(at, feed);
            at = feed < 0 ? text.Length : at + feed + 1;
            bool blank = line.IsEmpty || line.TrimEnd(" \t\r"u8).IsEmpty;
            if (!blank)
            {
                if (start < 0 && line[0] != '#')
                    start = lineStart;
            }
            else if (start >= 0)
            {
                paragraph = new ControlParagraph(file[start..lineStart]);
                return true;
            }
        }
        paragraph = start >= 0 ? new ControlParagraph(file[start..]) : default;
        return start >= 0;
    }
}
