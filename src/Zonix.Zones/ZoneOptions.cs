using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Zones.Naming;

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

    /// <summary>Further file systems, which whoever gives them disposes of after the zone.</summary>
    public IReadOnlyList<ZoneMount> Mounted { get; init; } = [];

    /// <summary>What /etc/hosts, /etc/hostname and /etc/resolv.conf are to say; null: what the root has there.</summary>
    public NameRecords? Names { get; init; }

    /// <summary>Whether the machine's init program is to be there, at <see cref="ManagedFiles.InitPath"/>.</summary>
    public bool HasInit { get; init; }

    /// <summary>Limits that its programs start with, in place of Linux's.</summary>
    public IReadOnlyDictionary<RlimitResource, Rlimit> Limits { get; init; } = new Dictionary<RlimitResource, Rlimit>();

    /// <summary>What its programs can have of capabilities.</summary>
    public ulong Capabilities { get; init; } = Credentials.AllCapabilities;

    /// <summary>Bytes that /dev/shm holds at most; 0: as many as there are.</summary>
    public long SharedMemory { get; init; }

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

    /// <summary>Whether its programs are those of a system of 32 bits: uname(2) names an i686, as PER_LINUX32 has it. personality(2).</summary>
    public bool Is32Bit { get; init; }

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

    /// <summary>Whether there is a node for the console, which a program with <see cref="ZoneProgram.IsConsole"/> fills.</summary>
    public bool HasConsole { get; init; }

    /// <summary>Whether the zone gets a pty as its console and as the terminal of its first program, whose streams it becomes.</summary>
    public bool HasTerminal { get; init; }
}
