using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Scheduling;

/// <summary>
/// Tasks that share CPU time: a weight against other groups, and a limit. Made by <see cref="Scheduler.CreateGroup"/>. The
/// weight holds whatever the number of tasks in the groups; the limit is watched in steps of a tick, and what a group took
/// beyond it is taken from its next period. Groups lie in groups: the inner one's weight counts against the outer one's own
/// tasks and its other inner groups, and the limits of all that a task is in hold.
/// </summary>
public sealed class CpuGroup
{
    /// <summary>The weight of a group that was given none.</summary>
    public const int DefaultWeight = 1024;

    /// <summary>The period of limits that were given none.</summary>
    public const long DefaultPeriodNs = 100_000_000;

    // One counter for each CPU, a cache line apart: charging is an addition that nobody else contends for.
    private const int Stride = 8;
    private readonly long[] used;
    private readonly long[] usedBySystem;
    private readonly Scheduler scheduler;
    private CpuGroup[] children = [];
    private SpinGate gate;
    private KernelTask? held;
    private int weight = DefaultWeight;
    private long quotaNs = long.MaxValue;
    private long periodNs = DefaultPeriodNs;
    private long periodStartNs;
    private long periodBaseNs;
    private long throttledSinceNs;
    private long pausedUntilNs;
    private long goneNs;
    private long goneSystemNs;
    private int throttled;

    internal CpuGroup(Scheduler scheduler, CpuGroup? parent, bool competes)
    {
        this.scheduler = scheduler;
        Parent = parent;
        Competes = competes;
        used = new long[scheduler.CpuCount * Stride];
        usedBySystem = new long[scheduler.CpuCount * Stride];
        IsBounded = parent is { IsBounded: true };
    }

    /// <summary>The group it lies in; null for an outermost one.</summary>
    public CpuGroup? Parent { get; }

    /// <summary>Whether it has a weight of its own; otherwise its tasks compete as if they were its parent's.</summary>
    public bool Competes { get; set; }

    /// <summary>Its share against other groups; 2 to 262144, 1024 unless given.</summary>
    public int Weight
    {
        get => Volatile.Read(ref weight);
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            Volatile.Write(ref weight, value);
        }
    }

    /// <summary>Whether it gets only what others leave, as SCHED_IDLE does.</summary>
    public bool IsIdle { get; set; }

    /// <summary>What its share comes from.</summary>
    internal int EffectiveWeight => IsIdle ? SchedulingWeights.OfIdlePolicy : Weight;

    /// <summary>CPU time that it may use in a period, over all CPUs; <see cref="long.MaxValue"/>: no limit.</summary>
    public long QuotaNs => Volatile.Read(ref quotaNs);

    /// <summary>The length of a period.</summary>
    public long PeriodNs => Volatile.Read(ref periodNs);

    /// <summary>CPU time of all its tasks so far, and of those of groups in it, up to their last switch.</summary>
    public long UsageNs
    {
        get
        {
            var total = Volatile.Read(ref goneNs) + Sum(used);
            foreach (var child in Volatile.Read(ref children))
            {
                total += child.UsageNs;
            }

            return total;
        }
    }

    /// <summary>The part of <see cref="UsageNs"/> that calls took, as far as it was measured.</summary>
    public long SystemNs
    {
        get
        {
            var total = Volatile.Read(ref goneSystemNs) + Sum(usedBySystem);
            foreach (var child in Volatile.Read(ref children))
            {
                total += child.SystemNs;
            }

            return total;
        }
    }

    /// <summary>Periods in which it was active, with a limit.</summary>
    public long Periods { get; private set; }

    /// <summary>Periods in which it came to its limit.</summary>
    public long ThrottledPeriods { get; private set; }

    /// <summary>How long its tasks were kept from running.</summary>
    public long ThrottledNs { get; private set; }

    /// <summary>Whether its tasks may not run at the moment.</summary>
    public bool IsThrottled => Volatile.Read(ref throttled) != 0;

    internal bool HasLimit => Volatile.Read(ref quotaNs) != long.MaxValue || Volatile.Read(ref pausedUntilNs) != 0;

    /// <summary>Whether it, or a group that it lies in, has a limit. Changed under the scheduler's gate.</summary>
    internal bool IsBounded { get; private set; }

    /// <summary>How much faster virtual time passes for its tasks, in 1024ths: the sum of their weights over the group's.</summary>
    internal long VirtualRate { get; set; } = SchedulingWeights.Default;

    /// <summary>The weights of its runnable tasks, and of the groups in it that have any; for the clock thread, which sums them up.</summary>
    internal long RunnableWeight { get; set; }

    /// <summary>Its weight against the outermost groups, in 1024ths; for the clock thread.</summary>
    internal long OuterWeight { get; set; }

    /// <summary>Limits the group to some CPU time in each period; <see cref="long.MaxValue"/> lifts the limit.</summary>
    public void SetLimit(long quota, long period = DefaultPeriodNs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quota, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 1_000_000);
        gate.Enter();
        Volatile.Write(ref periodNs, period);
        Volatile.Write(ref quotaNs, quota);
        periodStartNs = scheduler.Clock.MonotonicNs;
        periodBaseNs = UsageNs;
        gate.Exit();
        scheduler.NoteBounds(this);
        Release(periodStartNs);
        scheduler.KeepTicking();
    }

    /// <summary>Keeps its tasks from running for a while, from the next tick on. Any thread.</summary>
    public void Pause(long ns)
    {
        Volatile.Write(ref pausedUntilNs, scheduler.Clock.MonotonicNs + ns);
        scheduler.NoteBounds(this);
        scheduler.KeepTicking();
    }

    /// <summary>Whether it is the other group or lies in it.</summary>
    internal bool IsWithin(CpuGroup other)
    {
        for (var group = this; group is not null; group = group.Parent)
        {
            if (ReferenceEquals(group, other))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A group more lies in it. Under the scheduler's gate.</summary>
    internal void Add(CpuGroup child) => Volatile.Write(ref children, [.. children, child]);

    /// <summary>A group less: what it used stays. Under the scheduler's gate.</summary>
    internal void Remove(CpuGroup child)
    {
        Volatile.Write(ref goneNs, goneNs + child.UsageNs);
        Volatile.Write(ref goneSystemNs, goneSystemNs + child.SystemNs);
        Volatile.Write(ref children, Array.FindAll(children, other => !ReferenceEquals(other, child)));
    }

    /// <summary>Notes whether limits hold for it and the groups in it. Under the scheduler's gate.</summary>
    internal void NoteBounds()
    {
        IsBounded = HasLimit || Parent is { IsBounded: true };
        foreach (var child in children)
        {
            child.NoteBounds();
        }
    }

    /// <summary>It is given up: whom it keeps may run.</summary>
    internal void LetGo()
    {
        Volatile.Write(ref quotaNs, long.MaxValue);
        Volatile.Write(ref pausedUntilNs, 0);
        Release(scheduler.Clock.MonotonicNs);
    }

    /// <summary>A task of the group has run. Only the worker of that CPU.</summary>
    internal void Charge(int cpu, long ns) => used[cpu * Stride] += ns;

    /// <summary>A part of that was in calls. Only the worker of that CPU.</summary>
    internal void ChargeSystem(int cpu, long ns) => usedBySystem[cpu * Stride] += ns;

    /// <summary>Keeps a task that is to run while the group, or one that it lies in, may not; false: it may.</summary>
    internal bool TryHold(KernelTask task)
    {
        for (var group = IsBounded ? this : null; group is not null; group = group.Parent)
        {
            if (group.TryHoldHere(task))
            {
                return true;
            }
        }

        return false;
    }

    private bool TryHoldHere(KernelTask task)
    {
        if (!IsThrottled)
        {
            return false;
        }

        gate.Enter();
        var holds = IsThrottled;
        if (holds)
        {
            task.NextRunnable = held;
            held = task;
        }

        gate.Exit();
        return holds;
    }

    /// <summary>
    /// On the clock thread: starts new periods, stops and releases the group. <paramref name="runningNs"/> is what its running
    /// tasks have used and not been charged for. Answers whether it has come to its limit.
    /// </summary>
    internal bool Tick(long nowNs, long runningNs)
    {
        if (!HasLimit)
        {
            return false;
        }

        var isPaused = IsPaused(nowNs);
        var total = UsageNs + runningNs;
        var passed = quotaNs == long.MaxValue ? 0 : (nowNs - periodStartNs) / periodNs;
        if (passed > 0)
        {
            Periods++;
            ThrottledPeriods += IsThrottled ? 1 : 0;
            periodStartNs += passed * periodNs;
            // What was taken beyond the limit counts against the new period.
            var over = Math.Max(0, total - periodBaseNs - (passed > long.MaxValue / quotaNs ? long.MaxValue : passed * quotaNs));
            periodBaseNs = total - over;
        }

        if (!isPaused && (quotaNs == long.MaxValue || total - periodBaseNs < quotaNs))
        {
            if (IsThrottled)
            {
                Release(nowNs);
            }

            return false;
        }

        if (Interlocked.Exchange(ref throttled, 1) == 0)
        {
            throttledSinceNs = nowNs;
        }

        return true;
    }

    private static long Sum(long[] perCpu)
    {
        var total = 0L;
        for (var i = 0; i < perCpu.Length; i += Stride)
        {
            total += Volatile.Read(ref perCpu[i]);
        }

        return total;
    }

    private bool IsPaused(long nowNs)
    {
        var until = Volatile.Read(ref pausedUntilNs);
        if (until == 0 || nowNs < until)
        {
            return until != 0;
        }

        if (Interlocked.CompareExchange(ref pausedUntilNs, 0, until) != until)
        {
            return true;
        }

        scheduler.NoteBounds(this);
        return false;
    }

    private void Release(long nowNs)
    {
        gate.Enter();
        if (Interlocked.Exchange(ref throttled, 0) != 0)
        {
            ThrottledNs += nowNs - throttledSinceNs;
        }

        var task = held;
        held = null;
        gate.Exit();
        while (task is not null)
        {
            var next = task.NextRunnable;
            task.NextRunnable = null;
            scheduler.Place(task);
            task = next;
        }
    }
}
