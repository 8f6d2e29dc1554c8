namespace Zonix.Kernel.Groups;

/// <summary>What can be shared out among control groups. cgroups(7).</summary>
[Flags]
public enum Controllers
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Which CPUs may be used.</summary>
    CpuSet = 1,

    /// <summary>CPU time.</summary>
    Cpu = 2,

    /// <summary>Bytes read from and written to devices.</summary>
    Io = 4,

    /// <summary>Memory.</summary>
    Memory = 8,

    /// <summary>The number of tasks.</summary>
    Pids = 16,

    /// <summary>All there are.</summary>
    All = CpuSet | Cpu | Io | Memory | Pids,

    /// <summary>Those that can tell the tasks of a group from the groups in it.</summary>
    Threaded = CpuSet | Cpu | Pids,
}
