using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Zonix.Images.Compression;

/// <summary>
/// Reads a stream in a thread of its own, some blocks ahead, so that decompressing and hashing go on beside what is done with
/// the bytes. Errors of the source come out where its bytes would. Disposing it ends the thread and leaves the source open.
/// </summary>
internal sealed class ReadAheadStream : ForwardStream
{
    private const int BlockSize = 256 * 1024, Blocks = 8;
    private readonly Stream source;
    private readonly BlockingCollection<(byte[] Block, int Length)> ready = new(Blocks);
    private readonly CancellationTokenSource ends = new();
    private readonly Task reading;
    private ExceptionDispatchInfo? failure;
    private (byte[] Block, int Length) current = ([], 0);
    private int at;

    public ReadAheadStream(Stream source)
    {
        this.source = source;
        reading = Task.Factory.StartNew(ReadAll, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public override int Read(Span<byte> buffer)
    {
        if (at == current.Length && !TryTakeNext())
            return 0;
        int n = Math.Min(buffer.Length, current.Length - at);
        current.Block.AsSpan(at, n).CopyTo(buffer);
        at += n;
        return n;
    }

    /// <summary>Reads what is left.</summary>
    public void Drain()
    {
        do
        {
            at = current.Length;
        }
        while (TryTakeNext());
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            ends.Cancel();
            reading.Wait();
            Return(current.Block);
            while (ready.TryTake(out (byte[] Block, int Length) left))
                Return(left.Block);
            ready.Dispose();
            ends.Dispose();
        }
        base.Dispose(disposing);
    }

    private static void Return(byte[] block)
    {
        if (block.Length > 0)
            ArrayPool<byte>.Shared.Return(block);
    }

    private bool TryTakeNext()
    {
        Return(current.Block);
        (current, at) = (([], 0), 0);
        if (ready.TryTake(out (byte[] Block, int Length) next, Timeout.Infinite))
        {
            current = next;
            return true;
        }
        failure?.Throw();
        return false;
    }

    private void ReadAll()
    {
        try
        {
            while (true)
            {
                byte[] block = ArrayPool<byte>.Shared.Rent(BlockSize);
                int length = source.ReadAtLeast(block.AsSpan(0, BlockSize), BlockSize, throwOnEndOfStream: false);
                if (length == 0)
                {
                    Return(block);
                    break;
                }
                ready.Add((block, length), ends.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody wants the rest.
        }
        catch (Exception e)
        {
            failure = ExceptionDispatchInfo.Capture(e);
        }
        ready.CompleteAdding();
    }
}
