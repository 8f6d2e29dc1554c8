namespace Zonix.Images.Compression;

/// <summary>A stream whose first bytes have been looked at.</summary>
internal sealed class BegunStream : ForwardStream
{
    private readonly Stream source;
    private readonly bool leaveOpen;
    private readonly byte[] head;
    private int taken;
    private long position;

    public BegunStream(Stream source, int length, bool leaveOpen)
    {
        this.source = source;
        this.leaveOpen = leaveOpen;
        head = new byte[length];
        int got = source.ReadAtLeast(head, length, throwOnEndOfStream: false);
        Array.Resize(ref head, got);
    }

    /// <summary>The first bytes; fewer than asked for when there are no more.</summary>
    public ReadOnlySpan<byte> Head => head;

    /// <summary>Bytes that were read: blocks of xz are aligned by it.</summary>
    public override long Position
    {
        get => position;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        int n;
        if (taken == head.Length)
        {
            n = source.Read(buffer);
        }
        else
        {
            n = Math.Min(buffer.Length, head.Length - taken);
            head.AsSpan(taken, n).CopyTo(buffer);
            taken += n;
        }
        position += n;
        return n;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !leaveOpen)
            source.Dispose();
        base.Dispose(disposing);
    }
}
