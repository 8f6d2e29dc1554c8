namespace Zonix.Kernel.Memory;

/// <summary>What an area, or several, hold in memory, in bytes. proc_pid_smaps(5).</summary>
public record struct AreaUsage
{
    /// <summary>Pages of the process that are in memory: Rss.</summary>
    public ulong Resident { get; set; }

    /// <summary>The same, where pages that several show count in parts: Pss.</summary>
    public ulong Proportional { get; set; }

    /// <summary>Those that belong to no file: Anonymous.</summary>
    public ulong Anonymous { get; set; }

    /// <summary>Those of shared memory and files in memory: RssShmem.</summary>
    public ulong SharedMemory { get; set; }

    /// <summary>Those that others show too.</summary>
    public ulong Shared { get; set; }

    /// <summary>Those of anonymous pages that others show too.</summary>
    public ulong SharedAnonymous { get; set; }

    /// <summary>Those that are locked: Locked.</summary>
    public ulong Locked { get; set; }

    /// <summary>Pages of files that are mapped.</summary>
    public readonly ulong OfFiles => Resident - Anonymous - SharedMemory;

    /// <summary>Both together.</summary>
    public static AreaUsage operator +(AreaUsage left, AreaUsage right) => new()
    {
        Resident = left.Resident + right.Resident,
        Proportional = left.Proportional + right.Proportional,
        Anonymous = left.Anonymous + right.Anonymous,
        SharedMemory = left.SharedMemory + right.SharedMemory,
        Shared = left.Shared + right.Shared,
        SharedAnonymous = left.SharedAnonymous + right.SharedAnonymous,
        Locked = left.Locked + right.Locked,
    };
}
