using System.Buffers.Binary;

namespace Zonix.Network.Raw;

/// <summary>The head of a packet of IP, of either version. RFC 791, RFC 8200.</summary>
/// <param name="From">Who sends it.</param>
/// <param name="To">Whom it is for.</param>
/// <param name="Protocol">What it carries.</param>
/// <param name="HopLimit">Hops it can still make.</param>
/// <param name="TrafficClass">Its class.</param>
internal readonly record struct IpHead(IpAddress From, IpAddress To, byte Protocol, int HopLimit = 64, int TrafficClass = 0)
{
    internal const int V4Size = 20, V6Size = 40;
    private const byte DontFragment = 0x40;

    /// <summary>Bytes before what it carries.</summary>
    internal int Size { get; private init; }

    /// <summary>Bytes of the whole packet.</summary>
    internal int TotalLength { get; private init; }

    /// <summary>Bytes of the head that is written for an address.</summary>
    internal static int SizeFor(IpAddress address) => address.IsV4 ? V4Size : V6Size;

    /// <summary>Reads the head of a packet; false: it is none, or the packet is shorter than it says. Options and extensions are passed over.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> packet, out IpHead head)
    {
        head = default;
        if (packet.Length < V4Size)
            return false;
        if (packet[0] >> 4 != 4)
            return packet[0] >> 4 == 6 && packet.Length >= V6Size && TryReadV6(packet, out head);
        int size = (packet[0] & 0xF) * 4, total = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        if (size < V4Size || total < size || total > packet.Length)
            return false;
        head = new IpHead(IpAddress.ReadV4(packet[12..]), IpAddress.ReadV4(packet[16..]), packet[9], packet[8], packet[1])
        {
            Size = size, TotalLength = total,
        };
        return true;
    }

    /// <summary>Reads the head of the beginning of a packet, as reports quote it.</summary>
    internal static bool TryReadQuoted(ReadOnlySpan<byte> beginning, out IpHead head)
    {
        Span<byte> whole = stackalloc byte[V6Size];
        head = default;
        if (beginning.Length < V4Size || (beginning[0] >> 4 == 6 && beginning.Length < V6Size))
            return false;
        beginning[..Math.Min(V6Size, beginning.Length)].CopyTo(whole);
        bool isV4 = whole[0] >> 4 == 4;
        BinaryPrimitives.WriteUInt16BigEndian(whole[(isV4 ? 2 : 4)..], (ushort)(isV4 ? Math.Min(V6Size, beginning.Length) : 0));
        return TryRead(whole, out head) && head.Size <= beginning.Length;
    }

    /// <summary>Writes a head before what is carried, whose length follows from that of the packet.</summary>
    internal void Write(Span<byte> packet, ushort identification)
    {
        if (!From.IsV4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(packet, (6u << 28) | ((uint)(TrafficClass & 0xFF) << 20));
            BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)(packet.Length - V6Size));
            (packet[6], packet[7]) = (Protocol, (byte)HopLimit);
            From.WriteV6(packet[8..]);
            To.WriteV6(packet[24..]);
            return;
        }
        (packet[0], packet[1]) = (0x45, (byte)TrafficClass);
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)packet.Length);
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], identification);
        (packet[6], packet[8], packet[9]) = (DontFragment, (byte)HopLimit, Protocol);
        From.WriteV4(packet[12..]);
        To.WriteV4(packet[16..]);
        WriteChecksum(packet[..V4Size]);
    }

    /// <summary>Writes the checksum of a head of version 4.</summary>
    internal static void WriteChecksum(Span<byte> head)
    {
        head[10..12].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(head[10..], InternetChecksum.Of(head));
    }

    private static bool TryReadV6(ReadOnlySpan<byte> packet, out IpHead head)
    {
        const byte HopByHop = 0, Routing = 43, Destination = 60;
        head = default;
        int total = V6Size + BinaryPrimitives.ReadUInt16BigEndian(packet[4..]), size = V6Size;
        if (total > packet.Length)
            return false;
        byte next = packet[6];
        while (next is HopByHop or Routing or Destination)
        {
            if (size + 8 > total)
                return false;
            next = packet[size];
            size += (packet[size + 1] + 1) * 8;
        }
        if (size > total)
            return false;
        int classes = (int)(BinaryPrimitives.ReadUInt32BigEndian(packet) >> 20) & 0xFF;
        head = new IpHead(IpAddress.ReadV6(packet[8..]), IpAddress.ReadV6(packet[24..]), next, packet[7], classes) { Size = size, TotalLength = total };
        return true;
    }
}
