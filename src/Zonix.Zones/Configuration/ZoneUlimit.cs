using System.Text.Json.Serialization;
using Zonix.Kernel.Tasks;

namespace Zonix.Zones.Configuration;

/// <summary>A limit of every process, by docker's word for it. getrlimit(2).</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ZoneUlimit
{
    /// <summary>nofile, nproc, core ...</summary>
    public required string Name { get; init; }

    /// <summary>What counts; -1: no limit.</summary>
    public long Soft { get; init; }

    /// <summary>How far a process may raise it; -1: no limit.</summary>
    public long Hard { get; init; }

    /// <summary>The kernel's word for the resource; null: there is none of that name.</summary>
    [JsonIgnore]
    public RlimitResource? Resource => Enum.TryParse("RLIMIT_" + Name.ToUpperInvariant(), out RlimitResource resource) && char.IsAsciiLetter(Name[0]) ? resource : null;

    internal Rlimit Limit => new(Value(Soft), Value(Hard));

    private static ulong Value(long limit) => limit < 0 ? Rlimit.Infinity : (ulong)limit;
}
