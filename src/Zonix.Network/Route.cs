namespace Zonix.Network;

/// <summary>The way to an address.</summary>
/// <param name="Target">The zone's stack that has the address; null: it is beyond the machine.</param>
/// <param name="Interface">The interface of the sender.</param>
/// <param name="Source">The address that own packets get.</param>
internal readonly record struct Route(NetworkStack? Target, NetworkInterface Interface, IpAddress Source);
