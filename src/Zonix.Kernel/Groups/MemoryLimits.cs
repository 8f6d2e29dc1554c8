using Zonix.Kernel.Memory;
using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Groups;

/// <summary>
/// The memory of a group: its limits, and what happened because of them. What is in use is measured when somebody asks, by the
/// address spaces of the processes that are in the group then. The root is the zone: files in memory and shared segments count there.
/// Any thread.
/// </summary>
public sealed class MemoryLimits
{
    /// <summary>No limit.</summary>
    public const ulong Unlimited = ulong.MaxValue;

    private readonly ControlGroup group;
    private readonly long[] counts = new long[(int)MemoryIncident.GroupKill + 1];
    private readonly long[] localCounts = new long[(int)MemoryIncident.GroupKill + 1];
    private readonly ulong fixedMax;
    private ulong max;
    private ulong high = Unlimited;
    private ulong peak;

    internal MemoryLimits(ControlGroup group, ulong max)
    {
        this.group = group;
        this.max = max;
        fixedMax = max;
    }

    /// <summary>Beyond it processes are killed, in bytes. memory.max.</summary>
    public ulong Max
    {
        get => Volatile.Read(ref max);
        set
        {
            Volatile.Write(ref max, value);
            group.Tree.MemoryLimitsChanged?.Invoke();
        }
    }

    /// <summary>Beyond it the group is slowed down, in bytes. memory.high.</summary>
    public ulong High
    {
        get => Volatile.Read(ref high);
        set
        {
            Volatile.Write(ref high, value);
            group.Tree.MemoryLimitsChanged?.Invoke();
        }
    }

    /// <summary>What is not taken back from it, in bytes; here nothing ever is. memory.min.</summary>
    public ulong Min { get; set; }

    /// <summary>What is not taken back from it while others have some, in bytes; here nothing ever is. memory.low.</summary>
    public ulong Low { get; set; }

    /// <summary>How much of it may be swapped out; there is no swap. memory.swap.max.</summary>
    public ulong SwapMax { get; set; } = Unlimited;

    /// <summary>The same for memory.swap.high.</summary>
    public ulong SwapHigh { get; set; } = Unlimited;

    /// <summary>Whether all its processes are killed when one is to be. memory.oom.group.</summary>
    public bool KillsAll { get; set; }

    /// <summary>The most that was ever measured.</summary>
    public ulong Peak => Volatile.Read(ref peak);

    /// <summary>Whether somebody has to watch it: it has a limit, or its peak may be asked for.</summary>
    public bool IsWatched => Max != Unlimited || High != Unlimited || (group.Parent is not null && (group.Available & Controllers.Memory) != 0);

    /// <summary>memory.events has changed.</summary>
    public GroupEvent Events { get; } = new();

    /// <summary>How often something has happened to it or to a group in it.</summary>
    public long CountOf(MemoryIncident what) => Volatile.Read(ref counts[(int)what]);

    /// <summary>How often something has happened to itself.</summary>
    public long LocalCountOf(MemoryIncident what) => Volatile.Read(ref localCounts[(int)what]);

    /// <summary>Bytes in use now. Takes time for each area of each process.</summary>
    public ulong Measure()
    {
        ulong bytes = group.Parent is null ? group.Tree.Memory.Measure() : MeasureProcesses();
        Volatile.Write(ref peak, Math.Max(peak, bytes));
        return bytes;
    }

    /// <summary>By kind.</summary>
    public AreaUsage MeasureByKind()
    {
        var usage = default(AreaUsage);
        var seen = new HashSet<AddressSpace>();
        foreach (Process process in group.AllProcesses)
        {
            if (process.VisitMemory() is not { } visit)
                continue;
            if (seen.Add(visit.Memory))
                usage += visit.Memory.MeasureUsage();
            visit.EndVisit();
        }

        return usage;
    }

    /// <summary>Notes what has happened to the group, here and in all groups that it lies in.</summary>
    public void Note(MemoryIncident what)
    {
        Interlocked.Increment(ref localCounts[(int)what]);
        for (ControlGroup? above = group; above is not null; above = above.Parent)
        {
            Interlocked.Increment(ref above.Memory.counts[(int)what]);
            above.Memory.Events.Raise();
        }
    }

    /// <summary>As if nothing had ever been set.</summary>
    internal void Reset()
    {
        Volatile.Write(ref max, fixedMax);
        Volatile.Write(ref high, Unlimited);
        Min = Low = 0;
        SwapMax = SwapHigh = Unlimited;
        KillsAll = false;
        group.Tree.MemoryLimitsChanged?.Invoke();
    }

    private ulong MeasureProcesses()
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        ulong bytes = 0;
        foreach (Process process in group.AllProcesses)
        {
            if (process.VisitMemory() is not { } visit)
                continue;
            if (seen.Add(visit.Memory))
                bytes += visit.Memory.HeldBytes(seen);
            visit.EndVisit();
        }

        return bytes;
    }
}
