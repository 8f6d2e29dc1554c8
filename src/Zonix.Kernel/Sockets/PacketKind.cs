namespace Zonix.Kernel.Sockets;

/// <summary>Whom a packet is for; the numbers of packet(7).</summary>
public enum PacketKind : byte
{
    /// <summary>PACKET_HOST: who hears it.</summary>
    Host,

    /// <summary>PACKET_BROADCAST: everybody on the wire.</summary>
    Broadcast,

    /// <summary>PACKET_MULTICAST: a group.</summary>
    Multicast,

    /// <summary>PACKET_OTHERHOST: somebody else.</summary>
    OtherHost,

    /// <summary>PACKET_OUTGOING: it comes from the zone itself.</summary>
    Outgoing,
}
