namespace Zonix.Images.Bootstrap.Signing;

/// <summary>A text with its signature in one file, as InRelease is. RFC 9580, 7.</summary>
/// <param name="Content">The text, without the escape in front of dashes.</param>
/// <param name="Signature">The signature in ASCII armor.</param>
internal sealed record ClearSignedText(byte[] Content, byte[] Signature)
{
    /// <summary>Divides a file. Whatever stands before or behind is not signed, and refused.</summary>
    public static ClearSignedText Parse(ReadOnlySpan<byte> file, string name)
    {
        ReadOnlySpan<byte> rest = file;
        if (!Line(ref rest).SequenceEqual("-----BEGIN PGP SIGNED MESSAGE-----"u8))
            throw new BootstrapException($"{name} is not signed: it does not begin with a signed message");
        while (Line(ref rest) is { IsEmpty: false } header)
        {
            if (!header.StartsWith("Hash:"u8))
                throw new BootstrapException($"{name} has a broken signature: an unknown header in front of the text");
        }
        var content = new MemoryStream(file.Length);
        while (true)
        {
            if (rest.IsEmpty)
                throw new BootstrapException($"{name} ends before its signature; it was cut short");
            ReadOnlySpan<byte> before = rest;
            ReadOnlySpan<byte> line = Line(ref rest);
            if (line.SequenceEqual("-----BEGIN PGP SIGNATURE-----"u8))
            {
                rest = before;
                break;
            }
            if (line.StartsWith("- "u8))
                line = line[2..];
            else if (line is [(byte)'-', ..])
                throw new BootstrapException($"{name} has a broken signature: a line of dashes in the text");
            content.Write(line);
            content.WriteByte((byte)'\n');
        }
        int end = rest.IndexOf("-----END PGP SIGNATURE-----"u8);
        if (end < 0)
            throw new BootstrapException($"{name} ends within its signature; it was cut short");
        ReadOnlySpan<byte> armor = rest;
        rest = rest[end..];
        Line(ref rest);
        if (rest.ContainsAnyExcept(" \t\r\n"u8))
            throw new BootstrapException($"{name} goes on behind its signature");
        return new ClearSignedText(content.ToArray(), armor[..(armor.Length - rest.Length)].ToArray());
    }

    /// <summary>The text as it is signed: without white space at the ends of lines, which are CR LF, and none behind the last.</summary>
    public byte[] Canonical()
    {
        var canonical = new MemoryStream(Content.Length + 4096);
        ReadOnlySpan<byte> rest = Content;
        for (bool first = true; !rest.IsEmpty; first = false)
        {
            if (!first)
                canonical.Write("\r\n"u8);
            canonical.Write(Line(ref rest));
        }
        return canonical.ToArray();
    }

    private static ReadOnlySpan<byte> Line(ref ReadOnlySpan<byte> rest)
    {
        int feed = rest.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = feed < 0 ? rest : rest[..feed];
        rest = feed < 0 ? default : rest[(feed + 1)..];
        return line.TrimEnd(" \t\r"u8);
    }
}
