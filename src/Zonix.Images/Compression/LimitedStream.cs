namespace Zonix.Images.Compression;

/// <summary>The next bytes of a stream, and no more. It owns the stream.</summary>
internal sealed class LimitedStream(Stream source, long length) : ForwardStream
{
    private long left = length;

    public override int Read(Span<byte> buffer)
    {
        int n = source.Read(buffer[..(int)Math.Min(buffer.Length, left)]);
        left -= n;
        return n;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            source.Dispose();
        base.Dispose(disposing);
    }
}
