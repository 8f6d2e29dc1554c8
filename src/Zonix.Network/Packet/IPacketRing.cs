namespace Zonix.Network.Packet;

/// <summary>Memory that a program maps and that packets are put into. packet(7), PACKET_RX_RING. Any thread.</summary>
internal interface IPacketRing : IDisposable
{
    /// <summary>Whether the program can take packets.</summary>
    bool HasFrames { get; }

    /// <summary>How often there was no room, since the last time. tp_freeze_q_cnt of TPACKET_V3.</summary>
    uint TakeFreezes();

    /// <summary>Puts a packet in; false: there is no room.</summary>
    bool Put(ReadOnlySpan<byte> packet, int length, int linkSize, LinkName name, long timeNs, bool hasLost);

    /// <summary>What mmap(2) shows: the whole of it. EINVAL.</summary>
    Errno GetMapping(ulong offset, ulong length, out FileMapping mapping);
}
