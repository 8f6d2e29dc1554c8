using System.Text.Json.Serialization;

namespace Zonix.Zones.Configuration;

/// <summary>How long a zone's log gets. docker's json-file driver, max-size and max-file.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record LogLimits
{
    /// <summary>Bytes of one file; 0: no limit.</summary>
    public long MaxSize { get; init; } = 10 << 20;

    /// <summary>Files.</summary>
    public int MaxFile { get; init; } = 3;
}
