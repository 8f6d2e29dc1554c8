namespace Zonix.Kernel.Sockets;

/// <summary>A packet socket. packet(7).</summary>
public interface IPacketSocket : ISocket
{
    /// <summary>Has packets put into memory that the program maps. EINVAL, EBUSY, ENOMEM.</summary>
    Errno SetRing(in PacketRingLayout layout);

    /// <summary>How many packets it was given, how many found no room, and how often a ring of blocks was full, since the last time. PACKET_STATISTICS.</summary>
    (uint Packets, uint Dropped, uint Freezes) TakeStatistics();

    /// <summary>Hears more of an interface than is for the zone, or no longer. ENODEV; EADDRNOTAVAIL.</summary>
    Errno SetMembership(int interfaceIndex, ushort type, bool joins);
}
