using Zonix.Kernel.Memory;
using Zonix.Kernel.Scheduling;

namespace Zonix.Kernel.Groups;

/// <summary>The control groups of a zone: a tree whose root holds the zone's own limits. cgroups(7), version 2.</summary>
public sealed class ControlGroups
{
    private long lastNumber;

    /// <summary>A tree with a root only, whose tasks run on the first <paramref name="cpuLimit"/> CPUs.</summary>
    public ControlGroups(Scheduler scheduler, CpuGroup cpu, MemoryGroup memory, int cpuLimit = int.MaxValue)
    {
        int cpus = Math.Clamp(cpuLimit, 1, scheduler.CpuCount);
        Scheduler = scheduler;
        Memory = memory;
        AllCpus = cpus == 64 ? ulong.MaxValue : (1UL << cpus) - 1;
        Root = new ControlGroup(this, cpu);
    }

    /// <summary>
    /// Guards the tree, who is in which group, and what is counted of them. Comes after the gates of families, signals and
    /// processes, and before those of wait queues and the scheduler.
    /// </summary>
    public Lock Gate { get; } = new();

    /// <summary>The group that all others lie in.</summary>
    public ControlGroup Root { get; }

    /// <summary>Called when a group is to be kept within some memory, or is no more.</summary>
    public Action? MemoryLimitsChanged { get; set; }

    internal Scheduler Scheduler { get; }

    /// <summary>The memory of the zone.</summary>
    internal MemoryGroup Memory { get; }

    /// <summary>The CPUs of the zone.</summary>
    public ulong AllCpus { get; }

    internal ulong NextNumber() => (ulong)Interlocked.Increment(ref lastNumber);
}
