namespace Zonix.Network.Policy;

/// <summary>What a rule says of protocols.</summary>
public enum RuleProtocol
{
    /// <summary>All of them.</summary>
    Any = 0,

    /// <summary>ICMP and ICMPv6.</summary>
    Icmp = 1,

    /// <summary>TCP.</summary>
    Tcp = 6,

    /// <summary>UDP and UDP-Lite.</summary>
    Udp = 17,
}
