using System.Text.Json.Serialization;

namespace Zonix.Zones.Configuration;

/// <summary>An interface. vmadm(8), nics.*.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ZoneNic
{
    /// <summary>Its name in the zone; null: the next of eth0, eth1, ...</summary>
    public string? Interface { get; init; }

    /// <summary>Its address on the wire, as 02:42:0a:d2:00:02; null: one that follows from its address.</summary>
    public string? Mac { get; init; }

    /// <summary>The machine's network it is on; null: the default one.</summary>
    public string? NicTag { get; init; }

    /// <summary>The same in a word of our own.</summary>
    public string? Network { get; init; }

    /// <summary>Its address: one of the network's, or dhcp: any free one.</summary>
    public string? Ip { get; init; }

    /// <summary>The mask of the address, which is the network's.</summary>
    public string? Netmask { get; init; }

    /// <summary>The network's gateway.</summary>
    public string? Gateway { get; init; }

    /// <summary>Addresses: dhcp, addrconf, or address/bits.</summary>
    public IReadOnlyList<string>? Ips { get; init; }

    /// <summary>The network's gateways.</summary>
    public IReadOnlyList<string>? Gateways { get; init; }

    /// <summary>Whether the default routes go this way; the first one's when none says so.</summary>
    public bool? Primary { get; init; }

    /// <summary>Bytes of the largest packet; null: the network's.</summary>
    public int? Mtu { get; init; }

    /// <summary>Further names of the zone for others of the network.</summary>
    public IReadOnlyList<string>? Aliases { get; init; }

    /// <summary>The network's name, or the first digits of its identity.</summary>
    [JsonIgnore]
    public string NetworkName => Network ?? NicTag ?? Networks.NetworkRegistry.DefaultName;

    /// <summary>The addresses that are asked for, as text, without those that are to be chosen.</summary>
    [JsonIgnore]
    public IEnumerable<string> StaticAddresses => (Ip is null ? Ips ?? [] : [Ip, .. Ips ?? []]).Where(static one => one is not ("dhcp" or "addrconf"));
}
