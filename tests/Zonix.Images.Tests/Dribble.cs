using Zonix.Images.Compression;

namespace Zonix.Images.Tests;

/// <summary>A stream that gives its bytes in small pieces, as a socket may.</summary>
internal sealed class Dribble(byte[] content) : ForwardStream
{
    private int step, at;

    public override int Read(Span<byte> buffer)
    {
        int n = Math.Min(Math.Min(buffer.Length, (step++ % 700) + 1), content.Length - at);
        content.AsSpan(at, n).CopyTo(buffer);
        at += n;
        return n;
    }
}
