using Zonix.Host.Threads;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;
using Zonix.Machine;

namespace Zonix.Kernel.Scheduling;

/// <summary>A CPU of the machine: a host thread that runs tasks, one at a time.</summary>
public sealed class Worker
{
    private const long SpillAfterNs = 50_000;
    private const int StackSize = 1 << 20;

    // The host is asked for faults at most so often: whoever ends a stretch gets those of all its short stretches.
    private const long FaultsEveryNs = 50_000;

    // Which worker the calling host thread is, if any: a wake-up has no other way to know where it comes from.
    [ThreadStatic]
    private static Worker? current;

    private readonly HostEvent parking = new();
    private readonly Thread thread;
    private KernelTask? next;
    private KernelTask? running;
    private long nextSinceNs;
    private long sliceEndNs;
    private long runStartNs;
    private int yieldRequested;
    private bool givesWay;
    private SpinGate kickGate;
    private bool canKick;
    private int barriers;
    private long minorFaults;
    private long majorFaults;
    private long faultsUntilNs;

    internal Worker(Scheduler scheduler, int index)
    {
        Scheduler = scheduler;
        Index = index;
        thread = new Thread(Main, StackSize) { IsBackground = true, Name = $"cpu{index}" };
    }

    /// <summary>The calling host thread's worker; null on other threads.</summary>
    public static Worker? Current => current;

    /// <summary>
    /// Notes that the running task has read from, or written to, the host's files, for itself and its control group. Bytes; what is no
    /// success counts as nothing.
    /// </summary>
    public static void CountStorage(ulong device, SysResult read, SysResult written)
    {
        if (current?.running is { } task)
        {
            task.Io.StorageReadBytes += Math.Max(0, read.Raw);
            task.Io.StorageWrittenBytes += Math.Max(0, written.Raw);
            task.Process.ControlGroup?.Io.Count(device, read.Raw, written.Raw);
        }
    }

    /// <summary>The scheduler it belongs to.</summary>
    public Scheduler Scheduler { get; }

    /// <summary>The CPU number that guests see.</summary>
    public int Index { get; }

    /// <summary>The software CPU; only set once the thread runs.</summary>
    public Processor Processor { get; private set; } = null!;

    /// <summary>The task that runs here at this moment.</summary>
    public KernelTask? Running => Volatile.Read(ref running);

    internal RunQueue Queue { get; } = new();

    /// <summary>CPU time of its tasks. Any thread.</summary>
    public long BusyNs { get; private set; }

    /// <summary>CPU time of tasks with a positive nice value. Any thread.</summary>
    public long NiceNs { get; private set; }

    /// <summary>The part of <see cref="BusyNs"/> that calls took. Any thread.</summary>
    public long SystemNs { get; internal set; }

    /// <summary>Page faults of its tasks, without and with input, as far as they were counted. Any thread.</summary>
    public (long Minor, long Major) Faults => (Volatile.Read(ref minorFaults), Volatile.Read(ref majorFaults));

    /// <summary>CPU time of its tasks up to now: in all, of those with a positive nice value, and in calls. Any thread.</summary>
    public (long BusyNs, long NiceNs, long SystemNs) Usage
    {
        get
        {
            var (busy, nice, system) = (BusyNs, NiceNs, SystemNs);
            if (Running is { } task)
            {
                var stretch = Math.Max(0, Scheduler.Clock.MonotonicNs - RunStartNs);
                busy += stretch;
                nice += task.Scheduling.Nice > 0 ? stretch : 0;
            }

            return (busy, Math.Min(nice, busy), Math.Min(system, busy));
        }
    }

    /// <summary>How many tasks it has run. Any thread.</summary>
    public long Switches { get; private set; }

    /// <summary>When the running task came; meaningful while there is one. Any thread.</summary>
    internal long RunStartNs
    {
        get => Volatile.Read(ref runStartNs);
        set => Volatile.Write(ref runStartNs, value);
    }

    internal bool HasNext => Volatile.Read(ref next) is not null;

    /// <summary>How often the worker has passed a point where it saw all memory in order. membarrier(2).</summary>
    internal int Barriers => Volatile.Read(ref barriers);

    /// <summary>
    /// Asked by the brand between two stretches of guest code: whether the task should give way. Also sees to it that a
    /// task which was woken here does not wait long for its waker to block.
    /// </summary>
    public bool ShouldYield()
    {
        if (Volatile.Read(ref yieldRequested) != 0)
        {
            return true;
        }

        if (next is not null && Scheduler.Clock.MonotonicNs - nextSinceNs > SpillAfterNs)
        {
            Scheduler.Spill(this);
        }

        return false;
    }

    /// <summary>Whether nobody else wants the CPU; otherwise <see cref="ShouldYield"/> tells. Does nothing but look.</summary>
    public bool CanStay => Volatile.Read(ref yieldRequested) == 0 && Volatile.Read(ref next) is null;

    /// <summary>The running task gives way at the next opportunity. Only its own worker.</summary>
    public void YieldSoon()
    {
        givesWay = true;
        Volatile.Write(ref yieldRequested, 1);
    }

    /// <summary>The running task lets others go first, if there are any here. Only its own worker. sched_yield(2).</summary>
    public void LetOthersGo()
    {
        if (next is not null || !Queue.IsEmpty)
        {
            YieldSoon();
        }
    }

    /// <summary>Whether it has a running thread, or has had one.</summary>
    internal bool HasStarted { get; private set; }

    internal void Start()
    {
        thread.Start();
        HasStarted = true;
    }

    internal void Unpark() => parking.Set();

    internal bool Park(long deadlineNs) => parking.Wait(deadlineNs);

    /// <summary>Makes the running task come back to its brand soon.</summary>
    internal void Kick()
    {
        kickGate.Enter();
        if (canKick)
        {
            Processor.Kick();
        }

        kickGate.Exit();
    }

    /// <summary>Waits for the end of the thread, which the stop of the scheduler has begun.</summary>
    internal void Join() => thread.Join();

    /// <summary>Puts a woken task where this worker finds it when its own task blocks; answers the task that was there.</summary>
    internal KernelTask? ExchangeNext(KernelTask task)
    {
        nextSinceNs = Scheduler.Clock.MonotonicNs;
        return Interlocked.Exchange(ref next, task);
    }

    internal KernelTask? TakeNext() => next is null ? null : Interlocked.Exchange(ref next, null);

    /// <summary>Whether the running task has used up its slice.</summary>
    internal bool SliceExpired(long nowNs) => Volatile.Read(ref running) is not null && nowNs >= Volatile.Read(ref sliceEndNs);

    /// <summary>A task has run here. Only its own thread.</summary>
    internal void Charge(KernelTask task, long ns)
    {
        BusyNs += ns;
        Switches++;
        if (task.Scheduling.Nice > 0)
        {
            NiceNs += ns;
        }
    }

    /// <summary>A task leaves: counts its faults, unless that was done just before.</summary>
    internal void NoteFaults(KernelTask task, long nowNs)
    {
        if (nowNs >= faultsUntilNs)
        {
            faultsUntilNs = nowNs + FaultsEveryNs;
            SettleFaults(task);
        }
    }

    /// <summary>Counts the faults of this thread up to now as the task's. Only its own thread.</summary>
    internal void SettleFaults(KernelTask task)
    {
        var (minor, major) = HostThreadUsage.GetFaults();
        task.AddFaults(minor - minorFaults, major - majorFaults);
        minorFaults = minor;
        majorFaults = major;
    }

    internal void RequestYield()
    {
        Volatile.Write(ref yieldRequested, 1);
        Kick();
    }

    private void Main()
    {
        current = this;
        Processor = new Processor(Scheduler.Machine.CodeCache) { Index = Index };
        AllowKicks(true);
        while (Scheduler.Next(this) is { } task)
        {
            Execute(task);
        }

        current = null;
        AllowKicks(false);
        Processor.Dispose();
    }

    private void AllowKicks(bool allow)
    {
        kickGate.Enter();
        canKick = allow;
        kickGate.Exit();
    }

    private void Execute(KernelTask task)
    {
        var startNs = Scheduler.Clock.MonotonicNs;
        givesWay = false;
        Volatile.Write(ref yieldRequested, 0);
        Volatile.Write(ref sliceEndNs, startNs + Scheduler.SliceNs);
        Volatile.Write(ref running, task);
        task.EnterWorker(this, startNs);
        Scheduler.Load.Touch(startNs);
        var end = task.Process.Brand.Run(task, this);
        Volatile.Write(ref running, null);
        Volatile.Write(ref barriers, barriers + 1);
        if (end == RunEnd.Yielded)
        {
            Scheduler.Requeue(this, task, givesWay);
        }
    }
}
