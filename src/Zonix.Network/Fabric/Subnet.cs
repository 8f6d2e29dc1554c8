namespace Zonix.Network.Fabric;

/// <summary>The addresses of a network, of one version of IP.</summary>
/// <param name="Network">Its first address.</param>
/// <param name="Prefix">How many bits all its addresses have in common.</param>
/// <param name="Gateway">The address of its way out, where the machine's name server answers too; any: there is none.</param>
public readonly record struct Subnet(IpAddress Network, int Prefix, IpAddress Gateway)
{
    /// <summary>Whether an address is one of it.</summary>
    public bool Contains(IpAddress address) => address.IsIn(Network, Prefix);

    /// <summary>Whether it has addresses in common with another.</summary>
    public bool Overlaps(in Subnet other) => Prefix <= other.Prefix ? Contains(other.Network) : other.Contains(Network);

    /// <inheritdoc/>
    public override string ToString() => $"{Network}/{Prefix}";
}
