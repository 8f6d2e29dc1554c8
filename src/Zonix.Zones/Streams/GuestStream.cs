using System.Buffers;
using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Vfs;

namespace Zonix.Zones.Streams;

/// <summary>
/// The host's end of a pipe or terminal whose other end a zone's process has. Waiting takes no thread and no buffer, so that a
/// thousand idle zones cost a thousand small objects. One reader and one writer at a time.
/// </summary>
public sealed class GuestStream : Stream
{
    private const int ChunkSize = 32 << 10;
    private readonly IFile file;
    private readonly Action close;
    private readonly WakeSignal? readable, writable;
    private int isClosed;
    private volatile bool isFinished;

    /// <summary>Over an open file of the kernel's; <paramref name="close"/> gives it back.</summary>
    internal GuestStream(IFile file, bool reads, bool writes, Action close)
    {
        this.file = file;
        this.close = close;
        var pollable = (IPollable)file;
        if (reads)
            pollable.ReadQueue.Enrol((readable = new WakeSignal()).Entry);
        if (writes)
            pollable.WriteQueue.Enrol((writable = new WakeSignal()).Entry);
    }

    /// <inheritdoc/>
    public override bool CanRead => readable is not null;

    /// <inheritdoc/>
    public override bool CanWrite => writable is not null;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>
    /// The process has ended: what it has written can still be read, and then the stream ends, whoever else has the other end open.
    /// Any thread.
    /// </summary>
    internal void Finish()
    {
        isFinished = true;
        readable?.Set();
        writable?.Set();
    }

    /// <summary>Waits until there is something to read, or nothing more will come.</summary>
    internal async ValueTask WaitToReadAsync()
    {
        while (!isFinished && (((IPollable)file).Poll(PollEvents.POLLIN) & (PollEvents.POLLIN | PollEvents.POLLHUP)) == 0)
            await readable!.WaitAsync(default).ConfigureAwait(false);
    }

    /// <summary>Reads what there is, and waits when there is nothing; 0 at the end.</summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (readable is null)
            throw new NotSupportedException();
        if (buffer.IsEmpty)
            return 0;
        while (true)
        {
            bool wasFinished = isFinished || Volatile.Read(ref isClosed) != 0;
            if (TryRead(buffer.Span, out int n))
                return n;
            if (wasFinished)
                return 0;
            await readable.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes all; waits while there is no room.</summary>
    /// <exception cref="IOException">Nobody is there to read it.</exception>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (writable is null)
            throw new NotSupportedException();
        while (buffer.Length > 0)
        {
            int n = TryWrite(buffer.Span);
            buffer = buffer[n..];
            if (n > 0)
                continue;
            if (isFinished || Volatile.Read(ref isClosed) != 0)
                throw new IOException(ErrnoText.Describe(Errno.EPIPE));
            await writable.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) =>
        WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref isClosed, 1) == 0)
        {
            readable?.Entry.Leave();
            writable?.Entry.Leave();
            close();
            Finish();
        }

        base.Dispose(disposing);
    }

    // False: there is nothing yet. A terminal that nobody has open answers EIO, and may be opened again.
    private bool TryRead(Span<byte> to, out int count)
    {
        byte[] chunk = ArrayPool<byte>.Shared.Rent(Math.Min(to.Length, ChunkSize));
        var buffer = new UserBuffer(chunk, 0, Math.Min(to.Length, chunk.Length));
        SysResult result = ((IReadable)file).Read(ref buffer, 0);
        count = result.IsError ? 0 : (int)result.Value;
        chunk.AsSpan(0, count).CopyTo(to);
        ArrayPool<byte>.Shared.Return(chunk);
        return !result.IsError;
    }

    private int TryWrite(ReadOnlySpan<byte> from)
    {
        byte[] chunk = ArrayPool<byte>.Shared.Rent(Math.Min(from.Length, ChunkSize));
        int length = Math.Min(from.Length, chunk.Length);
        from[..length].CopyTo(chunk);
        var buffer = new UserBuffer(chunk, 0, length);
        long offset = 0;
        SysResult result = ((IWritable)file).Write(ref buffer, ref offset);
        ArrayPool<byte>.Shared.Return(chunk);
        if (!result.IsError)
            return (int)result.Value;
        return result.Error == Errno.EAGAIN ? 0 : throw new IOException(ErrnoText.Describe(result.Error));
    }
}
