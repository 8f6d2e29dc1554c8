using System.IO.Pipelines;

namespace Zonix.Api;

/// <summary>A writer that can be told to forget what it is given. It still ends the connection, when what was written before is sent.</summary>
internal sealed class MutedWriter(PipeWriter inner) : PipeWriter
{
    private const int ScratchSize = 4096;
    private byte[] scratch = [];

    internal bool IsMuted { get; set; }

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => IsMuted ? 0 : inner.UnflushedBytes;

    public override void Advance(int bytes)
    {
        if (!IsMuted)
            inner.Advance(bytes);
    }

    public override void CancelPendingFlush()
    {
        if (!IsMuted)
            inner.CancelPendingFlush();
    }

    public override void Complete(Exception? exception = null) => inner.Complete(IsMuted ? null : exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(IsMuted ? null : exception);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        IsMuted ? ValueTask.FromResult(new FlushResult(isCanceled: false, isCompleted: false)) : inner.FlushAsync(cancellationToken);

    public override Memory<byte> GetMemory(int sizeHint = 0) => IsMuted ? Scratch(sizeHint) : inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => IsMuted ? Scratch(sizeHint) : inner.GetSpan(sizeHint);

    private byte[] Scratch(int size)
    {
        if (scratch.Length < Math.Max(size, 1))
            scratch = new byte[Math.Max(size, ScratchSize)];
        return scratch;
    }
}
