namespace Zonix.Kernel.Sockets;

/// <summary>A packet socket. packet(7).</summary>
public interface IPacketSocket : ISocket
{
    /// <summary>Has packets put into memory that the program maps. EINVAL, EBUSY, ENOMEM.</summary>
    Errno SetRing(in PacketRingLayout layout);

    /// <summary>How many packets it was given and how many found no room, since the last time. PACKET_STATISTICS.</summary>
    (uint Packets, uint Dropped) TakeStatistics();

    /// <summary>Hears more of an interface than is for the zone, or no longer. ENODEV; EADDRNOTAVAIL.</summary>
    Errno SetMembership(int interfaceIndex, ushort type, bool joins);
}
