namespace Zonix.Kernel.Bpf;

/// <summary>What a filter can know of a packet besides its bytes.</summary>
/// <param name="Protocol">The type of Ethernet: 0x0800 for IP.</param>
/// <param name="Kind">Whom it is for: PACKET_HOST and its like. packet(7).</param>
/// <param name="Interface">The interface's index.</param>
/// <param name="HardwareType">The interface's type.</param>
public readonly record struct PacketFacts(ushort Protocol, byte Kind, int Interface, ushort HardwareType);
