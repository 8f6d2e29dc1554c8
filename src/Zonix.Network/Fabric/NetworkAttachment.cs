namespace Zonix.Network.Fabric;

/// <summary>How a zone is to be on a network.</summary>
public sealed record NetworkAttachment
{
    /// <summary>The interface's name, such as eth0.</summary>
    public required string InterfaceName { get; init; }

    /// <summary>Its address on the wire; 6 bytes.</summary>
    public required byte[] HardwareAddress { get; init; }

    /// <summary>Its addresses, of the network's subnets. A link-local one of version 6 is made of the hardware's.</summary>
    public IReadOnlyList<InterfaceAddress> Addresses { get; init; } = [];

    /// <summary>What others of the network call the zone, the first name being the usual one.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Whether the default routes go this way, when the network has a gateway.</summary>
    public bool IsPrimary { get; init; }

    /// <summary>Bytes of the largest packet.</summary>
    public int Mtu { get; init; } = 1500;
}
