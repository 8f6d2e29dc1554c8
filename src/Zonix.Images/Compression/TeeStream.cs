namespace Zonix.Images.Compression;

/// <summary>Reads a stream and writes what comes by to another one.</summary>
internal sealed class TeeStream(Stream source, Stream copy) : ForwardStream
{
    public override int Read(Span<byte> buffer)
    {
        int n = source.Read(buffer);
        copy.Write(buffer[..n]);
        return n;
    }
}
