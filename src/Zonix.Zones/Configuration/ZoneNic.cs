using System.Text.Json.Serialization;

namespace Zonix.Zones.Configuration;

/// <summary>An interface. vmadm(8), nics.*. Kept for when there is a network.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ZoneNic
{
    /// <summary>Its name in the zone: eth0.</summary>
    public string? Interface { get; init; }

    /// <summary>Its address.</summary>
    public string? Mac { get; init; }

    /// <summary>The host's network it is on.</summary>
    public string? NicTag { get; init; }

    /// <summary>Addresses: dhcp, or address/bits.</summary>
    public IReadOnlyList<string>? Ips { get; init; }

    /// <summary>Routers.</summary>
    public IReadOnlyList<string>? Gateways { get; init; }

    /// <summary>Whether its router is the default one.</summary>
    public bool? Primary { get; init; }
}
