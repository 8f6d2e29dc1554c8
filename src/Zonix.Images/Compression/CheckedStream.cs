namespace Zonix.Images.Compression;

/// <summary>Decompresses; whatever a decompressor throws at broken input becomes one kind of error.</summary>
internal sealed class CheckedStream(Stream source, CompressionKind kind) : ForwardStream
{
    public override int Read(Span<byte> buffer)
    {
        try
        {
            return source.Read(buffer);
        }
        catch (Exception e) when (e is not (ImageException or OperationCanceledException or OutOfMemoryException or HttpRequestException))
        {
            throw new ImageException($"the {kind.ToString().ToLowerInvariant()} data is broken, or cut off: {e.Message}", e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            source.Dispose();
        base.Dispose(disposing);
    }
}
