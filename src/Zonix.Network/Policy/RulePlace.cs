namespace Zonix.Network.Policy;

/// <summary>Where what a rule speaks of is.</summary>
public enum RulePlace
{
    /// <summary>The addresses of a CIDR.</summary>
    Addresses,

    /// <summary>Everywhere.</summary>
    All,

    /// <summary>The host: its services on its loopback, by the gateway's address, and all its own addresses.</summary>
    Host,

    /// <summary>Networks that are not public, with the zone's own and the host: RFC 1918, RFC 6598, RFC 4193, link-local.</summary>
    Private,

    /// <summary>All but <see cref="Private"/>, and the host.</summary>
    Internet,

    /// <summary>The other zones of the networks that the zone is on.</summary>
    Network,

    /// <summary>Names beyond those of the network, by the embedded name server.</summary>
    Names,
}
