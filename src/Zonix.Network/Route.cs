using Zonix.Network.Fabric;

namespace Zonix.Network;

/// <summary>The way to an address. Without a target and not beyond, nobody there answers.</summary>
/// <param name="Target">The zone's stack that has the address; null: none of the network has it.</param>
/// <param name="Interface">The interface of the sender.</param>
/// <param name="Source">The address that own packets get.</param>
/// <param name="Arrival">The interface of the target where packets come in.</param>
/// <param name="Port">The sender's place on the network; null: it is its own lo, or an interface that leads nowhere.</param>
/// <param name="IsBeyond">Whether it goes by the gateway of the port's network.</param>
internal readonly record struct Route(
    NetworkStack? Target, NetworkInterface Interface, IpAddress Source, NetworkInterface Arrival, NetworkPort? Port = null, bool IsBeyond = false)
{
    /// <summary>Who takes it beyond; null: nobody does.</summary>
    internal Gateway? Gateway => IsBeyond ? Port?.Network.Gateway : null;
}
