using System.Text.Json.Serialization;

namespace Zonix.Zones.Configuration;

/// <summary>Something that is mounted in a zone. vmadm(8), filesystems.*.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ZoneFileSystem
{
    /// <summary>lofs: a folder or file of the host; tmpfs: an empty one in memory.</summary>
    public required string Type { get; init; }

    /// <summary>The host's path, with lofs.</summary>
    public string? Source { get; init; }

    /// <summary>The place in the zone.</summary>
    public required string Target { get; init; }

    /// <summary>ro, rw; with tmpfs also mode=, exec, noexec, suid, nosuid, dev, nodev, size=.</summary>
    public IReadOnlyList<string>? Options { get; init; }
}
