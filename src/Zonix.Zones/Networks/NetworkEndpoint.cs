using Zonix.Kernel.Sockets;
using Zonix.Network.Fabric;

namespace Zonix.Zones.Networks;

/// <summary>A running zone's place on a network: what it was given.</summary>
/// <param name="Network">The network.</param>
/// <param name="Port">The zone's port on it.</param>
/// <param name="V4">Its address of version 4; null: none.</param>
/// <param name="V6">Its address of version 6 that is not link-local; null: none.</param>
public sealed record NetworkEndpoint(LocalNetwork Network, NetworkPort Port, InterfaceAddress? V4, InterfaceAddress? V6)
{
    /// <summary>The interface's address on the wire, as 02:42:0a:d2:00:02.</summary>
    public string Mac => string.Join(':', Port.Interface.HardwareAddress.Select(one => one.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>Docker's identity of it: 64 hexadecimal digits.</summary>
    public string Id { get; } = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
}
