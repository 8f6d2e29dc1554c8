using Zonix.Lx.Loader;

namespace Zonix.Lx.Tests;

internal sealed class ByteSource(byte[] bytes) : IImageSource
{
    public long ReadAt(Span<byte> buffer, ulong offset)
    {
        if (offset >= (ulong)bytes.Length)
            return 0;
        ReadOnlySpan<byte> rest = bytes.AsSpan((int)offset);
        rest = rest[..Math.Min(rest.Length, buffer.Length)];
        rest.CopyTo(buffer);
        return rest.Length;
    }
}
