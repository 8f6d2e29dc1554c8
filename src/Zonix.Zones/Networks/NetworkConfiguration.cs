using System.Text.Json.Serialization;

namespace Zonix.Zones.Networks;

/// <summary>What a network is to be; kept as NAME.json.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NetworkConfiguration
{
    /// <summary>Its name, unique on the machine.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its identity: 64 hexadecimal digits.</summary>
    public string Id { get; init; } = "";

    /// <summary>When it was made.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>Its addresses of version 4, as 10.210.0.0/24; null: chosen when it is made.</summary>
    public string? Subnet { get; init; }

    /// <summary>The address of its way out; null: the first of the subnet.</summary>
    public string? Gateway { get; init; }

    /// <summary>Of the subnet the part that zones are given addresses of; null: all of it.</summary>
    public string? IpRange { get; init; }

    /// <summary>Its addresses of version 6; null: none but link-local ones, unless <see cref="EnableIpv6"/> says otherwise.</summary>
    public string? Subnet6 { get; init; }

    /// <summary>The address of its way out, of version 6; null: the first of the subnet.</summary>
    public string? Gateway6 { get; init; }

    /// <summary>Whether it has addresses of version 6; a subnet is chosen when none is given.</summary>
    public bool EnableIpv6 { get; init; }

    /// <summary>Whether nothing beyond it can be reached from it.</summary>
    public bool Internal { get; init; }

    /// <summary>Bytes of the largest packet.</summary>
    public int Mtu { get; set; } = 1500;

    /// <summary>For its user.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Options of docker that were given, and say nothing here.</summary>
    public IReadOnlyDictionary<string, string>? Options { get; init; }
}
