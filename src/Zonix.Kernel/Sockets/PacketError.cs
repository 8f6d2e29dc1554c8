namespace Zonix.Kernel.Sockets;

/// <summary>A report of what became of a packet. ip(7), IP_RECVERR.</summary>
/// <param name="Error">The errno it stands for.</param>
/// <param name="Origin">Who reports: 1 this machine, 2 ICMP, 3 ICMPv6.</param>
/// <param name="Type">ICMP's type.</param>
/// <param name="Code">ICMP's code.</param>
/// <param name="Offender">Who reported it.</param>
public readonly record struct PacketError(Errno Error, byte Origin, byte Type, byte Code, IpAddress Offender);
