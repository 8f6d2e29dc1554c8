using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Scheduling;

/// <summary>
/// Tasks that share CPU time: a weight against other groups, and a limit. Made by <see cref="Scheduler.CreateGroup"/>. The
/// weight holds whatever the number of tasks in the groups; the limit is watched in steps of a tick, and what a group took
/// beyond it is taken from its next period.
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
    private readonly Scheduler scheduler;
    private SpinGate gate;
    private KernelTask? held;
    private int weight = DefaultWeight;
    private long quotaNs = long.MaxValue;
    private long periodNs = DefaultPeriodNs;
    private long periodStartNs;
    private long periodBaseNs;
    private long throttledSinceNs;
    private int throttled;

    internal CpuGroup(Scheduler scheduler)
    {
        this.scheduler = scheduler;
        used = new long[scheduler.CpuCount * Stride];
    }

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

    /// <summary>CPU time that it may use in a period, over all CPUs; <see cref="long.MaxValue"/>: no limit.</summary>
    public long QuotaNs => Volatile.Read(ref quotaNs);

    /// <summary>The length of a period.</summary>
    public long PeriodNs => Volatile.Read(ref periodNs);

    /// <summary>CPU time of all its tasks so far, up to their last switch.</summary>
    public long UsageNs
    {
        get
        {
            var total = 0L;
            for (var i = 0; i < used.Length; i += Stride)
            {
                total += Volatile.Read(ref used[i]);
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

    internal bool HasLimit => Volatile.Read(ref quotaNs) != long.MaxValue;

    /// <summary>How much faster virtual time passes for its tasks, in 1024ths: the sum of their weights over the group's.</summary>
    internal long VirtualRate { get; set; } = SchedulingWeights.Default;

    /// <summary>The weights of its runnable tasks; for the clock thread, which sums them up.</summary>
    internal long RunnableWeight { get; set; }

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
        Release(periodStartNs);
        scheduler.KeepTicking();
    }

    /// <summary>A task of the group has run. Only the worker of that CPU.</summary>
    internal void Charge(int cpu, long ns) => used[cpu * Stride] += ns;

    /// <summary>Keeps a task that is to run while the group may not; false: it may.</summary>
    internal bool TryHold(KernelTask task)
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

        var total = UsageNs + runningNs;
        var passed = (nowNs - periodStartNs) / periodNs;
        if (passed > 0)
        {
            Periods++;
            ThrottledPeriods += IsThrottled ? 1 : 0;
            periodStartNs += passed * periodNs;
            // What was taken beyond the limit counts against the new period.
            var over = Math.Max(0, total - periodBaseNs - (passed > long.MaxValue / quotaNs ? long.MaxValue : passed * quotaNs));
            periodBaseNs = total - over;
            if (over < quotaNs)
            {
                Release(nowNs);
            }
        }

        if (total - periodBaseNs < quotaNs)
        {
            return false;
        }

        if (Interlocked.Exchange(ref throttled, 1) == 0)
        {
            throttledSinceNs = nowNs;
        }

        return true;
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
