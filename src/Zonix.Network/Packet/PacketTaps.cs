using Zonix.Network.Raw;

namespace Zonix.Network.Packet;

/// <summary>The packet sockets of a stack. Packets are made to be shown only while there are some. Any thread.</summary>
internal sealed class PacketTaps
{
    private readonly Lock change = new();
    private volatile PacketSocket[] sockets = [];

    /// <summary>Whether nobody looks.</summary>
    internal bool IsEmpty => sockets.Length == 0;

    /// <summary>All of them.</summary>
    internal IReadOnlyList<PacketSocket> All => sockets;

    internal void Add(PacketSocket socket)
    {
        lock (change)
            sockets = [.. sockets, socket];
    }

    internal void Remove(PacketSocket socket)
    {
        lock (change)
            sockets = [.. sockets.Where(one => one != socket)];
    }

    /// <summary>A packet goes out by an interface.</summary>
    internal void Sent(NetworkInterface by, IpPacket packet)
    {
        foreach (PacketSocket one in sockets)
            one.Hear(by, packet, PacketKind.Outgoing);
    }

    /// <summary>A packet came in by an interface.</summary>
    internal void Arrived(NetworkInterface by, IpPacket packet)
    {
        PacketSocket[] now = sockets;
        if (now.Length == 0)
            return;
        PacketKind kind = KindOf(by, packet.Link[..6]);
        foreach (PacketSocket one in now)
            one.Hear(by, packet, kind);
    }

    private static PacketKind KindOf(NetworkInterface by, ReadOnlySpan<byte> to)
    {
        if (by.IsLoopback || to.SequenceEqual(by.HardwareAddress))
            return PacketKind.Host;
        if ((to[0] & 1) == 0)
            return PacketKind.OtherHost;
        return to.IndexOfAnyExcept((byte)0xFF) < 0 ? PacketKind.Broadcast : PacketKind.Multicast;
    }
}
