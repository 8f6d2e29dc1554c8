using System.Buffers.Binary;

namespace Zonix.Network.Raw;

/// <summary>Datagrams of UDP as packets carry them. RFC 768.</summary>
internal static class UdpPacket
{
    private const int HeadSize = 8, ChecksumAt = 6;

    /// <summary>Reads one; false: it is none.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> carried, out ushort fromPort, out ushort toPort, out ReadOnlySpan<byte> data)
    {
        (fromPort, toPort) = (0, 0);
        data = default;
        if (carried.Length < HeadSize)
            return false;
        fromPort = BinaryPrimitives.ReadUInt16BigEndian(carried);
        toPort = BinaryPrimitives.ReadUInt16BigEndian(carried[2..]);
        int length = BinaryPrimitives.ReadUInt16BigEndian(carried[4..]);
        // Where a report quotes less than the whole, its data ends with the quotation.
        data = carried[HeadSize..Math.Max(HeadSize, Math.Min(length, carried.Length))];
        return length >= HeadSize;
    }

    /// <summary>Makes a packet that carries one.</summary>
    internal static IpPacket Make(in IpHead head, ushort fromPort, ushort toPort, ReadOnlySpan<byte> data, ushort identification)
    {
        IpPacket packet = IpPacket.Make(head, HeadSize + data.Length, identification, out Span<byte> carried);
        BinaryPrimitives.WriteUInt16BigEndian(carried, fromPort);
        BinaryPrimitives.WriteUInt16BigEndian(carried[2..], toPort);
        BinaryPrimitives.WriteUInt16BigEndian(carried[4..], (ushort)carried.Length);
        data.CopyTo(carried[HeadSize..]);
        ushort sum = InternetChecksum.Of(carried, head.From, head.To, head.Protocol);
        BinaryPrimitives.WriteUInt16BigEndian(carried[ChecksumAt..], sum == 0 ? ushort.MaxValue : sum);
        return packet;
    }
}
