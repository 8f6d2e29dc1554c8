using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Zones;

/// <summary>How a zone is made.</summary>
public sealed record ZoneOptions
{
    /// <summary>The directory of the host that is the zone's root, read-only under a private writable layer.</summary>
    public string RootDirectory { get; init; } = "/";

    /// <summary>
    /// A file system of the machine that is the zone's root in place of <see cref="RootDirectory"/>; whoever gives it disposes
    /// of it after the zone.
    /// </summary>
    public IFileSystem? Root { get; init; }

    /// <summary>The zone's addresses are its own secret; otherwise it shares them, and what was translated, with the machine's others.</summary>
    public bool HasOwnLayout { get; init; }

    /// <summary>Nothing can be changed in the zone's root; what is mounted below it is for itself.</summary>
    public bool HasReadOnlyRoot { get; init; }

    /// <summary>Folders of the host that the zone sees.</summary>
    public IReadOnlyList<ZoneVolume> Volumes { get; init; } = [];

    /// <summary>Further file systems in memory.</summary>
    public IReadOnlyList<ZoneMemoryDirectory> MemoryDirectories { get; init; } = [];

    /// <summary>Programs start in large windows even if a small one would do.</summary>
    public bool AlwaysLarge { get; init; }

    /// <summary>Bytes of memory that its processes and files in memory may use; when it is more, one of them is killed. Null: no limit.</summary>
    public ulong? MemoryLimit { get; init; }

    /// <summary>How many tasks there may be in it; 0: as many as numbers.</summary>
    public long TaskLimit { get; init; }

    /// <summary>Its host's name, at most 64 bytes; null: zonix.</summary>
    public string? HostName { get; init; }

    /// <summary>What its kernel calls itself; null: what the machine's does.</summary>
    public SystemIdentity? Identity { get; init; }

    /// <summary>Takes lines of traced calls; null: no tracing.</summary>
    public Action<string>? Trace { get; init; }

    /// <summary>Whether the zone's first program gets the standard streams of this process.</summary>
    public bool UsesStandardStreams { get; init; }

    /// <summary>Its weight for CPU time against other zones of the machine; 1024 is usual.</summary>
    public int CpuShares { get; init; } = CpuGroup.DefaultWeight;

    /// <summary>How many CPUs its processes may use at most, in thousandths; 0: as many as there are.</summary>
    public int MilliCpus { get; init; }

    /// <summary>Who its first program runs as; root has all capabilities, others have none.</summary>
    public uint UserId { get; init; }

    /// <summary>The group its first program runs as.</summary>
    public uint GroupId { get; init; }

    /// <summary>Whether the zone gets a pty as its console and as the terminal of its first program, whose streams it becomes.</summary>
    public bool HasTerminal { get; init; }
}
