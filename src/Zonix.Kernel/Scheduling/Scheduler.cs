using Zonix.Kernel.Tasks;
using Zonix.Kernel.Time;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Scheduling;

/// <summary>
/// Brings runnable tasks to workers. A task woken by a running task goes to the waker's worker, which takes it as soon as
/// the waker blocks: a hand-over without a host call. When the waker runs on instead, the clock thread gives the woken
/// task to an idle worker. See README.md for the protocol.
/// </summary>
public sealed partial class Scheduler
{
    internal const long SliceNs = 4_000_000;
    private const long TickNs = 1_000_000;

    /// <summary>How long SCHED_RR lets a task run unless that was set.</summary>
    public const long DefaultRoundRobinSliceNs = 100_000_000;

    private const int QuietTicksBeforeRest = 8;
    private const int TicksBetweenSums = 4;
    private const int SchedRoundRobin = 2;

    private readonly Worker?[] workers;
    private readonly ClockThread clockThread;
    private SpinGate gate;
    private ulong idle;
    private int started;
    private int nextWorker;
    private int stopping;
    private int backlog;
    private int ticking;
    private int quietTicks;
    private long roundRobinSliceNs = DefaultRoundRobinSliceNs;

    internal Scheduler(KernelMachine machine, int cpuCount)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cpuCount, 64);
        Machine = machine;
        workers = new Worker?[cpuCount];
        RootGroup = new CpuGroup(this, null, competes: true);
        groups = [RootGroup];
        Load = new LoadAverage(this);
        Pressure = new CpuPressure(Clock.MonotonicNs);
        clockThread = new ClockThread(this);
        Timers.EarlierDeadline = clockThread.Wake;
    }

    /// <summary>The machine.</summary>
    public KernelMachine Machine { get; }

    /// <summary>Deadlines.</summary>
    public TimerQueue Timers { get; } = new();

    /// <summary>How long SCHED_RR lets a task run before others of its priority. Any thread.</summary>
    public long RoundRobinSliceNs
    {
        get => Volatile.Read(ref roundRobinSliceNs);
        set => Volatile.Write(ref roundRobinSliceNs, value);
    }

    /// <summary>Load averages.</summary>
    public LoadAverage Load { get; }

    /// <summary>How much of the time tasks waited for a CPU.</summary>
    public CpuPressure Pressure { get; }

    /// <summary>How many CPUs there are; they start when there is work for them.</summary>
    public int CpuCount => workers.Length;

    internal Clock Clock => Machine.Clock;

    internal bool Stopping => Volatile.Read(ref stopping) != 0;

    /// <summary>Whether the clock thread has to look after queued tasks.</summary>
    internal bool Ticking => Volatile.Read(ref ticking) != 0;

    internal static long TickLengthNs => TickNs;

    /// <summary>Ends the workers: returns when the last has come out of its task.</summary>
    public void Stop()
    {
        Volatile.Write(ref stopping, 1);
        clockThread.Wake();
        // A worker that is being started has its thread afterwards.
        gate.Enter();
        gate.Exit();
        for (var i = 0; i < workers.Length; i++)
        {
            if (Volatile.Read(ref workers[i]) is { HasStarted: true } worker)
            {
                worker.RequestYield();
                worker.Unpark();
                if (!ReferenceEquals(worker, Worker.Current))
                {
                    worker.Join();
                }
            }
        }
    }

    /// <summary>The worker of CPU <paramref name="index"/>, if it has started.</summary>
    public Worker? WorkerAt(int index) => Volatile.Read(ref workers[index]);

    /// <summary>A task that was parked has become runnable; called once per wake-up, by whoever moved its state.</summary>
    internal void MakeRunnable(KernelTask task)
    {
        if (task.EffectivePriority > 0)
        {
            PlaceRealtime(task);
            return;
        }

        var here = Worker.Current;
        if (here is not null && ReferenceEquals(here.Scheduler, this) && here.Running is not null && task.MayRunOn(here.Index))
        {
            if (here.ExchangeNext(task) is { } displaced)
            {
                Enqueue(here, displaced);
                WakeIdle(displaced);
            }

            NoteBacklog();
            return;
        }

        Place(task);
    }

    /// <summary>Starts a task that has never run: it deserves an idle CPU at once.</summary>
    internal void Place(KernelTask task)
    {
        if (task.EffectivePriority > 0)
        {
            PlaceRealtime(task);
            return;
        }

        var target = TargetFor(task);
        Enqueue(target, task);
        if (!WakeIdle(task))
        {
            NoteBacklog();
        }
    }

    /// <summary>A task that has given way, of itself or because others wanted the CPU, wants to run again.</summary>
    internal void Requeue(Worker worker, KernelTask task, bool ofItself)
    {
        if (task.Group.TryHold(task))
        {
            return;
        }

        if (!task.MayRunOn(worker.Index))
        {
            Place(task);
            return;
        }

        if (ofItself)
        {
            worker.Queue.LetOthersGo(task);
        }

        Enqueue(worker, task, first: !ofItself && task.Scheduling.Policy != SchedRoundRobin);
    }

    /// <summary>The next task for a worker; waits for one; null when the machine stops.</summary>
    internal KernelTask? Next(Worker worker)
    {
        while (!Stopping)
        {
            if (Find(worker) is { } task)
            {
                return task;
            }

            SetIdle(worker.Index, true);
            // Whoever queues a task looks at the idle set afterwards; so we look at the queues after entering it.
            if (Find(worker) is { } late)
            {
                SetIdle(worker.Index, false);
                return late;
            }

            worker.Park(long.MaxValue);
            SetIdle(worker.Index, false);
        }

        return null;
    }

    /// <summary>Gives a worker's woken task to an idle worker, if there is one.</summary>
    internal void Spill(Worker worker)
    {
        if (Volatile.Read(ref idle) == 0 && Volatile.Read(ref started) == workers.Length)
        {
            return;
        }

        if (worker.TakeNext() is { } task)
        {
            Enqueue(worker, task);
            WakeIdle(task);
        }
    }

    private Worker TargetFor(KernelTask task)
    {
        var here = Worker.Current;
        if (here is not null && ReferenceEquals(here.Scheduler, this) && task.MayRunOn(here.Index))
        {
            return here;
        }

        var start = Interlocked.Increment(ref nextWorker) & int.MaxValue;
        for (var i = 0; i < workers.Length; i++)
        {
            var index = (start + i) % workers.Length;
            if (task.MayRunOn(index) && Volatile.Read(ref workers[index]) is { } worker)
            {
                return worker;
            }
        }

        for (var i = 0; i < workers.Length; i++)
        {
            if (task.MayRunOn(i))
            {
                return StartWorker(i);
            }
        }

        throw new InvalidOperationException("A task may run on no CPU.");
    }

    /// <summary>Wakes one idle worker (or starts one) that may run the task.</summary>
    private bool WakeIdle(KernelTask task)
    {
        Interlocked.MemoryBarrier();
        var candidates = Volatile.Read(ref idle) & task.AffinityMask;
        while (candidates != 0)
        {
            var index = System.Numerics.BitOperations.TrailingZeroCount(candidates);
            if ((Interlocked.And(ref idle, ~(1UL << index)) & (1UL << index)) != 0)
            {
                workers[index]!.Unpark();
                return true;
            }

            candidates &= ~(1UL << index);
        }

        return TryStartAnother(task);
    }

    private bool TryStartAnother(KernelTask task)
    {
        if (Volatile.Read(ref started) == workers.Length)
        {
            return false;
        }

        for (var i = 0; i < workers.Length; i++)
        {
            if (task.MayRunOn(i) && Volatile.Read(ref workers[i]) is null)
            {
                StartWorker(i);
                return true;
            }
        }

        return false;
    }

    private Worker StartWorker(int index)
    {
        gate.Enter();
        if (workers[index] is not { } worker)
        {
            worker = new Worker(this, index);
            Volatile.Write(ref workers[index], worker);
            started++;
            // Inside the gate: whoever stops the machine either sees a thread that can be joined, or none is started any more.
            if (!Stopping)
            {
                worker.Start();
            }
        }

        gate.Exit();
        return worker;
    }

    private void SetIdle(int index, bool value)
    {
        if (value)
        {
            Interlocked.Or(ref idle, 1UL << index);
        }
        else
        {
            Interlocked.And(ref idle, ~(1UL << index));
        }
    }

    private void NoteBacklog()
    {
        Volatile.Write(ref backlog, 1);
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref ticking) == 0 && Interlocked.Exchange(ref ticking, 1) == 0)
        {
            clockThread.Wake();
        }
    }
}
