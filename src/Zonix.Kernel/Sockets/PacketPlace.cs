namespace Zonix.Kernel.Sockets;

/// <summary>Where a packet came in, or is to go out. ip(7), struct in_pktinfo.</summary>
/// <param name="Interface">The interface's index; 0: any.</param>
/// <param name="Local">The own address.</param>
/// <param name="Destination">What stood in the packet as its destination.</param>
public readonly record struct PacketPlace(int Interface, IpAddress Local, IpAddress Destination);
