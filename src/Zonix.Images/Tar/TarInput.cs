using Zonix.Images.Unpacking;

namespace Zonix.Images.Tar;

/// <summary>The bytes of an archive, read once from front to back, with messages that say where something is wrong.</summary>
internal sealed class TarInput(Stream source)
{
    private readonly byte[] buffer = new byte[128 * 1024];
    private int start, end;

    /// <summary>Bytes taken so far.</summary>
    public long Position { get; private set; }

    /// <summary>A whole block; false at the end of the archive.</summary>
    public bool TryReadBlock(Span<byte> block)
    {
        int got = 0;
        while (got < block.Length && Read(block[got..]) is var n and > 0)
            got += n;
        return got == block.Length || (got == 0 ? false : throw Truncated());
    }

    /// <summary>As many bytes as asked for.</summary>
    public void ReadExactly(Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int n = Read(bytes);
            if (n == 0)
                throw Truncated();
            bytes = bytes[n..];
        }
    }

    /// <summary>Some bytes; 0 at the end.</summary>
    public int Read(Span<byte> bytes)
    {
        if (bytes.IsEmpty)
            return 0;
        int n;
        if (start == end && bytes.Length >= buffer.Length)
        {
            n = source.Read(bytes);
        }
        else
        {
            if (start == end)
                (start, end) = (0, source.Read(buffer));
            n = Math.Min(bytes.Length, end - start);
            buffer.AsSpan(start, n).CopyTo(bytes);
            start += n;
        }
        Position += n;
        return n;
    }

    public void Skip(long count)
    {
        while (count > 0)
        {
            if (start == end)
                (start, end) = (0, source.Read(buffer));
            int n = (int)Math.Min(count, end - start);
            if (n == 0)
                throw Truncated();
            start += n;
            Position += n;
            count -= n;
        }
    }

    public ImageException Broken(string what) => new($"the archive is broken at byte {Position}: {what}");

    public ImageException Broken(ReadOnlySpan<byte> entry, string what) =>
        new($"the archive is broken at byte {Position}: the entry '{TreePath.Show(entry)}' {what}");

    private ImageException Truncated() => new($"the archive ends in the middle of an entry, after {Position} bytes");
}
