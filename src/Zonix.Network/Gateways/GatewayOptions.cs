namespace Zonix.Network.Gateways;

/// <summary>How a gateway is to be.</summary>
public sealed record GatewayOptions
{
    /// <summary>Where the host's name servers stand. resolv.conf(5).</summary>
    public string ResolverFile { get; init; } = "/etc/resolv.conf";

    /// <summary>The port that name servers are asked at.</summary>
    public ushort ResolverPort { get; init; } = 53;

    /// <summary>Whether its own address leads to the host's loopback.</summary>
    public bool ReachesHost { get; init; } = true;
}
