namespace Zonix.Kernel.Sockets;

/// <summary>Who is on the same network. arp(7).</summary>
/// <param name="Address">The address.</param>
/// <param name="HardwareAddress">The address on the wire, 6 bytes.</param>
/// <param name="Interface">The own interface that leads there, by its index.</param>
/// <param name="IsRouter">Whether it passes packets on.</param>
public readonly record struct NetworkNeighbour(IpAddress Address, byte[] HardwareAddress, int Interface, bool IsRouter);
