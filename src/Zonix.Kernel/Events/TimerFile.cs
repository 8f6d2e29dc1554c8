using System.Buffers.Binary;
using Zonix.Kernel.Time;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Events;

/// <summary>A timer one can wait for. timerfd_create(2). Times are of the monotonic clock.</summary>
public sealed class TimerFile : IReadable, IPollable, IUnmovable, IExpiry
{
    private readonly Lock gate = new();
    private readonly Clock clock;
    private readonly TimerQueue timers;
    private readonly KernelTimer timer;
    private long nextNs, intervalNs;
    private ulong expirations;

    /// <summary>A timer that is not set.</summary>
    public TimerFile(IInode inode, ClockId clockId, Clock clock, TimerQueue timers)
    {
        Inode = inode;
        ClockId = clockId;
        this.clock = clock;
        this.timers = timers;
        timer = new KernelTimer(this);
    }

    /// <inheritdoc/>
    public IInode Inode { get; }

    /// <summary>The clock absolute times are given in.</summary>
    public ClockId ClockId { get; }

    /// <summary>The flags it was set with. timerfd_settime(2).</summary>
    public int SetFlags { get; set; }

    /// <summary>How often it has expired since it was read.</summary>
    public ulong Expirations
    {
        get
        {
            lock (gate)
                return expirations;
        }
    }

    /// <inheritdoc/>
    public WaitQueue ReadQueue { get; } = new();

    /// <inheritdoc/>
    public WaitQueue WriteQueue => ReadQueue;

    /// <summary>Sets it: first at <paramref name="firstNs"/> (0: not at all), then in intervals. Answers what was left before.</summary>
    public (long RemainingNs, long IntervalNs) Set(long firstNs, long interval)
    {
        (long, long) old;
        lock (gate)
        {
            old = GetLocked();
            nextNs = firstNs;
            intervalNs = interval;
            expirations = 0;
        }
        timers.Cancel(timer);
        if (firstNs != 0)
            timers.Arm(timer, firstNs);
        return old;
    }

    /// <summary>What is left until it expires, and the interval.</summary>
    public (long RemainingNs, long IntervalNs) Get()
    {
        lock (gate)
            return GetLocked();
    }

    /// <inheritdoc/>
    public void Expired(long nowNs)
    {
        long again = 0;
        lock (gate)
        {
            if (nextNs == 0 || nowNs < nextNs)
                return;
            expirations++;
            if (intervalNs > 0)
            {
                long missed = (nowNs - nextNs) / intervalNs;
                expirations += (ulong)missed;
                nextNs += (missed + 1) * intervalNs;
                again = nextNs;
            }
            else
            {
                nextNs = 0;
            }
        }
        if (again != 0)
            timers.Arm(timer, again);
        ReadQueue.WakeAll();
    }

    /// <inheritdoc/>
    public SysResult Read(ref UserBuffer buffer, long offset)
    {
        if (buffer.Remaining < 8)
            return Errno.EINVAL;
        ulong count;
        lock (gate)
        {
            if (expirations == 0)
                return Errno.EAGAIN;
            count = expirations;
            expirations = 0;
        }
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, count);
        return buffer.CopyOut(bytes) == 8 ? 8 : Errno.EFAULT;
    }

    /// <inheritdoc/>
    public PollEvents Poll(PollEvents interest)
    {
        lock (gate)
            return expirations > 0 ? PollEvents.POLLIN | PollEvents.POLLRDNORM : 0;
    }

    /// <inheritdoc/>
    public void Close() => timers.Cancel(timer);

    private (long RemainingNs, long IntervalNs) GetLocked() =>
        (nextNs == 0 ? 0 : Math.Max(1, nextNs - clock.MonotonicNs), intervalNs);
}
