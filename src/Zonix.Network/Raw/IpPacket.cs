using System.Buffers.Binary;

namespace Zonix.Network.Raw;

/// <summary>A packet as it lies on a wire: a head of Ethernet, one of IP, and what that carries.</summary>
internal sealed class IpPacket
{
    /// <summary>Bytes of the head of Ethernet.</summary>
    internal const int LinkSize = 14;

    internal const ushort EthernetV4 = 0x0800, EthernetV6 = 0x86DD;
    private const int ProtocolAt = 12;
    private readonly byte[] frame;

    /// <summary>An empty one, of so many bytes behind its head of Ethernet.</summary>
    internal IpPacket(int length) => frame = new byte[LinkSize + length];

    /// <summary>One that is all there.</summary>
    internal IpPacket(ReadOnlySpan<byte> frame) => this.frame = frame.ToArray();

    internal ReadOnlySpan<byte> Frame => frame;

    /// <summary>What is behind the head of Ethernet.</summary>
    internal Span<byte> Bytes => frame.AsSpan(LinkSize);

    /// <summary>The head of Ethernet.</summary>
    internal Span<byte> Link => frame.AsSpan(0, LinkSize);

    /// <summary>The type that the head of Ethernet tells.</summary>
    internal ushort Protocol
    {
        get => BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(ProtocolAt));
        set => BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(ProtocolAt), value);
    }

    /// <summary>A packet with a head before <paramref name="length"/> bytes that are to be filled in, and where they are.</summary>
    internal static IpPacket Make(in IpHead head, int length, ushort identification, out Span<byte> carried)
    {
        int size = IpHead.SizeFor(head.From);
        var packet = new IpPacket(size + length) { Protocol = head.From.IsV4 ? EthernetV4 : EthernetV6 };
        head.Write(packet.Bytes, identification);
        carried = packet.Bytes[size..];
        return packet;
    }

    /// <summary>Writes the hardware's addresses.</summary>
    internal void SetLink(ReadOnlySpan<byte> to, ReadOnlySpan<byte> from)
    {
        to.CopyTo(frame);
        from.CopyTo(frame.AsSpan(6));
    }
}
