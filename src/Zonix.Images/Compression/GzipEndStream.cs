namespace Zonix.Images.Compression;

/// <summary>
/// Compressed data with an empty gzip member (RFC 1952) behind its end. A reader takes an end within the last member's checksum for the end of
/// it all, and does not compare the checksum then; with something behind, what is cut off is broken. Whole data stay as they are, since members
/// are read one behind the other.
/// </summary>
internal sealed class GzipEndStream(Stream source) : ForwardStream
{
    // Header, an empty final block, and a checksum and a length of 0.
    private static ReadOnlySpan<byte> EmptyMember => [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    private int given = -1;

    public override int Read(Span<byte> buffer)
    {
        if (given < 0)
        {
            int n = source.Read(buffer);
            if (n > 0 || buffer.IsEmpty)
                return n;
            given = 0;
        }

        ReadOnlySpan<byte> rest = EmptyMember[given..];
        int taken = Math.Min(rest.Length, buffer.Length);
        rest[..taken].CopyTo(buffer);
        given += taken;
        return taken;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            source.Dispose();
        base.Dispose(disposing);
    }
}
