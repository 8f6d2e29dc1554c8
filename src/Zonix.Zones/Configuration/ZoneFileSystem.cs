using System.Text.Json.Serialization;

namespace Zonix.Zones.Configuration;

/// <summary>Something that is mounted in a zone. vmadm(8), filesystems.*.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ZoneFileSystem
{
    /// <summary>What <see cref="Type"/> is for a volume.</summary>
    public const string Volume = "volume";

    /// <summary>lofs: a folder or file of the host; tmpfs: an empty one in memory; volume: a volume of the machine.</summary>
    public required string Type { get; init; }

    /// <summary>The host's path, with lofs; with volume the volume's name, and null for one of the zone's own, whose name is then set.</summary>
    public string? Source { get; init; }

    /// <summary>The place in the zone.</summary>
    public required string Target { get; init; }

    /// <summary>ro, rw; with volume also nocopy: one that is empty stays so; with tmpfs also mode=, exec, noexec, suid, nosuid, dev, nodev, size=.</summary>
    public IReadOnlyList<string>? Options { get; init; }
}
