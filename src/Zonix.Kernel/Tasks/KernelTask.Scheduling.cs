using Zonix.Kernel.Scheduling;

namespace Zonix.Kernel.Tasks;

/// <content>What the scheduler keeps with a task; for whoever holds the task: its worker, or its queue.</content>
public sealed partial class KernelTask
{
    private const int SchedBatch = 3;
    private const int SchedIdle = 5;

    private SchedulingParameters scheduling;
    private int weight = SchedulingWeights.Default;
    private CpuGroup? group;
    private long systemNs;
    private long waitedNs;
    private long queuedSinceNs;
    private long runs;

    /// <summary>Its scheduling parameters. Any thread.</summary>
    public SchedulingParameters Scheduling
    {
        get => scheduling;
        set
        {
            scheduling = value;
            Volatile.Write(ref weight, SchedulingWeights.Of(value));
        }
    }

    /// <summary>The group whose CPU time it uses. Any thread; a change takes effect when the task next gives way.</summary>
    public CpuGroup Group
    {
        get => group ??= Process.CpuGroup;
        set => group = value;
    }

    /// <summary>The part of its CPU time that calls took. Any thread; never more than <see cref="CpuTimeNs"/>.</summary>
    public long SystemTimeNs => Math.Min(Volatile.Read(ref systemNs), CpuTimeNs);

    /// <summary>How long it was queued while others ran. Any thread.</summary>
    public long WaitedNs => Volatile.Read(ref waitedNs);

    /// <summary>How often it came to a CPU. Any thread.</summary>
    public long Runs => Volatile.Read(ref runs);

    /// <summary>When it was queued; 0: it was handed over, or runs.</summary>
    internal long QueuedSinceNs
    {
        get => queuedSinceNs;
        set => queuedSinceNs = value;
    }

    /// <summary>Its share among others of its group.</summary>
    public int Weight => Volatile.Read(ref weight);

    /// <summary>CPU time divided by weight: who has the least is next.</summary>
    public long VirtualTimeNs { get; internal set; }

    /// <summary>Its place in a run queue.</summary>
    internal int HeapIndex { get; set; }

    /// <summary>Breaks ties in a run queue.</summary>
    internal ulong Arrival { get; set; }

    /// <summary>The real-time priority it was queued with.</summary>
    internal int QueuedPriority { get; set; }

    /// <summary>Sets the CPUs it may run on; if it runs on another one, it leaves that at once. Any thread.</summary>
    public void SetAffinity(ulong mask) => AffinityMask = mask;

    /// <summary>Takes over what another task may run on, and what it would if its group had all CPUs.</summary>
    public void CopyAffinity(KernelTask other)
    {
        ArgumentNullException.ThrowIfNull(other);
        AffinityMask = Volatile.Read(ref other.wantedCpus);
    }

    // sched_setaffinity(2), cpuset(7): the mask, as far as the group has those CPUs; else all that the group has.
    private void UpdateAffinity()
    {
        var cpus = Volatile.Read(ref groupCpus);
        var both = Volatile.Read(ref wantedCpus) & cpus;
        Volatile.Write(ref affinityMask, both == 0 ? cpus : both);
        if (Volatile.Read(ref worker) is { } current && !MayRunOn(current.Index))
        {
            current.RequestYield();
        }
    }

    /// <summary>Adds to the part of its CPU time that calls took: what was measured of some, for all.</summary>
    public void AddSystemTime(long ns)
    {
        Volatile.Write(ref systemNs, systemNs + ns);
        if (Volatile.Read(ref worker) is { } current)
        {
            current.SystemNs += ns;
            Group.ChargeSystem(current.Index, ns);
        }
    }

    /// <summary>
    /// Brings its virtual time near that of a queue: who has slept is only a little ahead, and who has run alone on another
    /// CPU, where nobody was kept waiting, is behind by no more than one turn.
    /// </summary>
    internal void LimitVirtualTime(long floorNs, long creditNs)
    {
        LimitCredit(floorNs, creditNs);
        VirtualTimeNs = Math.Min(VirtualTimeNs, floorNs + ToVirtual(2 * Scheduler.SliceNs));
    }

    /// <summary>Who has slept is only a little ahead of a queue.</summary>
    internal void LimitCredit(long floorNs, long creditNs) =>
        VirtualTimeNs = Math.Max(VirtualTimeNs, floorNs - (scheduling.Policy is SchedBatch or SchedIdle ? 0 : creditNs));

    private long ToVirtual(long ns)
    {
        var ownGroup = Group;
        return weight == SchedulingWeights.Default && ownGroup.VirtualRate == SchedulingWeights.Default
            ? ns
            : ns * ownGroup.VirtualRate / weight;
    }

    private void CountWait(long nowNs)
    {
        waitedNs += Math.Max(0, nowNs - queuedSinceNs);
        queuedSinceNs = 0;
    }

    /// <summary>It has run on a CPU for a time.</summary>
    private void Charge(Worker ran, long ns)
    {
        VirtualTimeNs += ToVirtual(ns);
        runs++;
        Group.Charge(ran.Index, ns);
        ran.Charge(this, ns);
    }
}
