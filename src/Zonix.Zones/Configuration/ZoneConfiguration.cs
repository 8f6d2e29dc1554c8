using System.Text.Json.Serialization;

namespace Zonix.Zones.Configuration;

/// <summary>
/// What a zone is to be: the payload of SmartOS's vmadm(8) as far as it applies here, and, under <see cref="Init"/>, what docker
/// knows of a container's program. Sizes are in the units of vmadm: MiB for memory, GiB for the quota, percent for the CPU cap.
/// </summary>
/// <remarks>What has a default can be set: the generated reader of JSON forgets the defaults of what can only be initialised.</remarks>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ZoneConfiguration
{
    /// <summary>Its identity, never used again.</summary>
    public Guid Uuid { get; init; }

    /// <summary>Its name, for people; unique.</summary>
    public string? Alias { get; init; }

    /// <summary>lx: there is no other.</summary>
    public string Brand { get; set; } = "lx";

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreateTimestamp { get; init; }

    /// <summary>The Linux release that uname(2) shows, as 6.1.0; null: the machine's own.</summary>
    public string? KernelVersion { get; init; }

    /// <summary>What its root is made from: a reference of an image, or "host" for the host's own tree under a layer in memory.</summary>
    public string? Image { get; init; }

    /// <summary>The image's identity: sha256:...</summary>
    public string? ImageUuid { get; init; }

    /// <summary>What its programs are made for, as images name it: amd64, or 386, with which uname(2) names an i686; null: the image's, else amd64.</summary>
    public string? Architecture { get; init; }

    /// <summary>A directory of the host that is the root, under a layer in memory, in place of an image.</summary>
    public string? RootDirectory { get; init; }

    /// <summary>The dataset that holds its root, once it is installed.</summary>
    public string? Dataset { get; init; }

    /// <summary>The host's name it starts with; null: the first twelve digits of its identity.</summary>
    public string? Hostname { get; init; }

    /// <summary>The domain it is in, and that names are looked for in.</summary>
    public string? DnsDomain { get; init; }

    /// <summary>Servers that questions for names beyond its networks go to, and, of a zone without networks, those of its /etc/resolv.conf; null: the host's.</summary>
    public IReadOnlyList<string>? Resolvers { get; init; }

    /// <summary>Its interfaces; none when empty. Null: one on the default network if its root is an image, else none.</summary>
    public IReadOnlyList<ZoneNic>? Nics { get; init; }

    /// <summary>Ports of the host that lead to its own, as 8080:80. <see cref="PortText.Grammar"/>.</summary>
    public IReadOnlyList<string>? Ports { get; init; }

    /// <summary>Ports that its programs offer, as 80/tcp; they are published when <see cref="PublishAllPorts"/> says so.</summary>
    public IReadOnlyList<string>? ExposedPorts { get; init; }

    /// <summary>Whether each of <see cref="ExposedPorts"/> gets a free port of the host.</summary>
    public bool PublishAllPorts { get; init; }

    /// <summary>What it may reach by its networks, and how much of it; null: everything.</summary>
    public ZonePolicy? NetworkPolicy { get; init; }
    /// <summary>Further names for its /etc/hosts: NAME:ADDRESS.</summary>
    public IReadOnlyList<string>? ExtraHosts { get; init; }

    /// <summary>Domains that names are looked for in; null: the domain it is in.</summary>
    public IReadOnlyList<string>? DnsSearch { get; init; }

    /// <summary>Options of its resolver. resolv.conf(5).</summary>
    public IReadOnlyList<string>? DnsOptions { get; init; }

    /// <summary>Limits of each of its processes.</summary>
    public IReadOnlyList<ZoneUlimit>? Ulimits { get; init; }

    /// <summary>Capabilities that nobody in it has, by name; ALL is all of them.</summary>
    public IReadOnlyList<string>? CapDrop { get; init; }

    /// <summary>Capabilities that it has though they were dropped.</summary>
    public IReadOnlyList<string>? CapAdd { get; init; }

    /// <summary>Bytes that its /dev/shm may hold; 0: as many as its memory.</summary>
    public long ShmSize { get; init; }

    /// <summary>GiB its dataset may hold; 0: as much as there is.</summary>
    public long Quota { get; init; }

    /// <summary>MiB of memory for its processes and files in memory; 0: as much as there is.</summary>
    public long MaxPhysicalMemory { get; init; }

    /// <summary>The same in bytes, where MiB are too coarse; counts when it is not 0.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>CPU time in percent of one CPU; 0: as much as there is.</summary>
    public int CpuCap { get; init; }

    /// <summary>Thousandths of a CPU, where percents are too coarse; counts when it is not 0.</summary>
    public int MilliCpus { get; init; }

    /// <summary>Weight for CPU time against others; 1024 is usual.</summary>
    public int CpuShares { get; set; } = 1024;

    /// <summary>How many threads there may be; 0: as many as numbers.</summary>
    public long MaxLwps { get; init; }

    /// <summary>Places of the host, or in memory, that are mounted in it.</summary>
    public IReadOnlyList<ZoneFileSystem>? Filesystems { get; init; }

    /// <summary>Whether it boots when the machine starts.</summary>
    public bool Autoboot { get; init; }

    /// <summary>For its administrator: what the zone itself shall not change.</summary>
    public IReadOnlyDictionary<string, string>? InternalMetadata { get; init; }

    /// <summary>For its user.</summary>
    public IReadOnlyDictionary<string, string>? CustomerMetadata { get; init; }

    /// <summary>Whether its root, and so the zone, cannot be deleted.</summary>
    public bool IndestructibleZoneroot { get; init; }

    /// <summary>MiB that /tmp, in memory, may hold; null: /tmp is a directory of its root as any other.</summary>
    public int? Tmpfs { get; init; }

    /// <summary>Whether nothing can be changed in its root.</summary>
    public bool ReadOnlyRoot { get; init; }

    /// <summary>Whether every process gets a large window of addresses.</summary>
    public bool LargeWindows { get; init; }

    /// <summary>Its first program.</summary>
    public ZoneInit Init { get; set; } = new();

    /// <summary>When it is started again by itself.</summary>
    public RestartPolicy RestartPolicy { get; set; } = new();

    /// <summary>Whether it is deleted when it has ended.</summary>
    public bool AutoRemove { get; init; }

    /// <summary>The limits of its log.</summary>
    public LogLimits Log { get; set; } = new();

    /// <summary>Docker's identity of it: 64 hexadecimal digits, of which the first 32 are the uuid's.</summary>
    [JsonIgnore]
    public string Id => ZoneIdentity.Of(Uuid);
}
