using System.Buffers;
using Zonix.Host.Files;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Tty;

/// <summary>One of the process's standard streams as the kernel sees it: transfers that never wait, and queues that the host's readiness wakes.</summary>
public sealed class HostStream : IReadinessObserver
{
    private const int ChunkSize = 65536;
    private readonly HostStandardStream stream;
    private readonly IReadinessSource readiness;
    private readonly Lock gate = new();
    private IReadinessWatch? watch;
    private bool alwaysReady;

    /// <summary>Wraps a stream.</summary>
    public HostStream(HostStandardStream stream, IReadinessSource readiness)
    {
        this.stream = stream;
        this.readiness = readiness;
        alwaysReady = stream.IsRegular;
    }

    /// <summary>The stream.</summary>
    public HostStandardStream Host => stream;

    /// <summary>Woken when it may have become ready for reading.</summary>
    public WaitQueue ReadQueue { get; } = new();

    /// <summary>Woken when it may have become ready for writing.</summary>
    public WaitQueue WriteQueue { get; } = new();

    /// <summary>Reads what there is.</summary>
    public SysResult Read(ref UserBuffer buffer)
    {
        if (buffer.Remaining == 0)
            return 0;
        byte[] chunk = ArrayPool<byte>.Shared.Rent((int)Math.Min(buffer.Remaining, ChunkSize));
        try
        {
            long n = stream.Read(chunk.AsSpan(0, (int)Math.Min(buffer.Remaining, (ulong)chunk.Length)));
            if (n <= 0)
            {
                if (n == -(long)Errno.EAGAIN)
                    Arm(HostReadiness.Read);
                return SysResult.FromRaw(n);
            }
            int moved = buffer.CopyOut(chunk.AsSpan(0, (int)n));
            return moved == 0 ? Errno.EFAULT : moved;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    /// <summary>Writes what there is room for.</summary>
    public SysResult Write(ref UserBuffer buffer)
    {
        byte[] chunk = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max(buffer.Remaining, 1), ChunkSize));
        try
        {
            long total = 0;
            while (buffer.Remaining > 0)
            {
                UserBuffer source = buffer;
                int n = source.CopyIn(chunk.AsSpan(0, (int)Math.Min(buffer.Remaining, (ulong)chunk.Length)));
                if (n == 0)
                    return total > 0 ? total : Errno.EFAULT;
                long written = stream.Write(chunk.AsSpan(0, n));
                if (written < 0)
                {
                    if (written == -(long)Errno.EAGAIN)
                        Arm(HostReadiness.Write);
                    return total > 0 ? total : SysResult.FromRaw(written);
                }
                buffer.Skip((ulong)written);
                total += written;
            }
            return total;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    /// <summary>What it is ready for; asks the host to tell when it is not ready for what is asked.</summary>
    public PollEvents Poll(PollEvents interest)
    {
        var wanted = (HostReadiness)((uint)interest & 7);
        if (alwaysReady)
            return (PollEvents)(wanted & (HostReadiness.Read | HostReadiness.Write));
        HostReadiness ready = EpollReadinessSource.Query(stream.Descriptor, wanted);
        if ((ready & (wanted | HostReadiness.HangUp | HostReadiness.Error)) == 0)
            Arm(wanted);
        return (PollEvents)ready;
    }

    /// <inheritdoc/>
    public void Ready(HostReadiness readiness)
    {
        const HostReadiness Ended = HostReadiness.HangUp | HostReadiness.Error;
        bool reads = (readiness & (HostReadiness.Read | Ended)) != 0;
        bool writes = (readiness & (HostReadiness.Write | Ended)) != 0;
        if (reads)
            ReadQueue.WakeAll();
        if (writes)
            WriteQueue.WakeAll();
        // One notification serves one direction; who waits for the other needs another.
        if (!reads && !ReadQueue.IsEmpty)
            Arm(HostReadiness.Read);
        if (!writes && !WriteQueue.IsEmpty)
            Arm(HostReadiness.Write);
    }

    private void Arm(HostReadiness interest)
    {
        lock (gate)
        {
            if (watch is null && !alwaysReady && !readiness.TryAdd(stream.Descriptor, this, out watch))
                alwaysReady = true;
            if (!ReadQueue.IsEmpty)
                interest |= HostReadiness.Read;
            if (!WriteQueue.IsEmpty)
                interest |= HostReadiness.Write;
            watch?.Arm(interest);
        }
    }
}
