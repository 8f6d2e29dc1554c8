namespace Zonix.Kernel.Sockets;

/// <summary>An address of an interface, and how many of its first bits are those of its network.</summary>
public readonly record struct InterfaceAddress(IpAddress Address, int Prefix);
