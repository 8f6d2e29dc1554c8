using System.Buffers.Binary;

namespace Zonix.Network.Raw;

/// <summary>Messages of ICMP and ICMPv6. RFC 792, RFC 4443.</summary>
internal static class IcmpMessage
{
    internal const byte Icmp = 1, Icmp6 = 58;
    internal const byte EchoReply = 0, Unreachable = 3, EchoRequest = 8, TimeExceeded = 11;
    internal const byte Unreachable6 = 1, TimeExceeded6 = 3, EchoRequest6 = 128, EchoReply6 = 129;
    internal const byte NoProtocol = 2, NoPort = 3, NoPort6 = 4;
    internal const int HeadSize = 8;
    private const int ChecksumAt = 2, LargestQuote = 548, LargestQuote6 = 1232;

    /// <summary>Writes the checksum of a message.</summary>
    internal static void WriteChecksum(Span<byte> message, in IpHead head)
    {
        message[ChecksumAt..(ChecksumAt + 2)].Clear();
        ushort sum = head.Protocol == Icmp ? InternetChecksum.Of(message) : InternetChecksum.Of(message, head.From, head.To, Icmp6);
        BinaryPrimitives.WriteUInt16BigEndian(message[ChecksumAt..], sum);
    }

    /// <summary>Whether a message's checksum is right.</summary>
    internal static bool IsIntact(ReadOnlySpan<byte> message, in IpHead head) =>
        (head.Protocol == Icmp ? InternetChecksum.Of(message) : InternetChecksum.Of(message, head.From, head.To, Icmp6)) == 0;

    /// <summary>The report that a packet is not taken, which quotes its beginning.</summary>
    internal static IpPacket Refuse(in IpHead head, ReadOnlySpan<byte> packet, byte code, ushort identification)
    {
        bool isV4 = head.To.IsV4;
        ReadOnlySpan<byte> quoted = packet[..Math.Min(packet.Length, isV4 ? LargestQuote : LargestQuote6)];
        const int NetworkControl = 0xC0;
        var back = new IpHead(head.To, head.From, isV4 ? Icmp : Icmp6, 64, isV4 ? NetworkControl : 0);
        IpPacket report = IpPacket.Make(back, HeadSize + quoted.Length, identification, out Span<byte> message);
        (message[0], message[1]) = (isV4 ? Unreachable : Unreachable6, code);
        quoted.CopyTo(message[HeadSize..]);
        WriteChecksum(message, back);
        return report;
    }

    /// <summary>The errno a report stands for; null: it is none. icmp(7), "errno of ICMP".</summary>
    internal static PacketError? ErrorOf(ReadOnlySpan<byte> message, in IpHead head)
    {
        const byte FromIcmp = 2, FromIcmp6 = 3;
        byte type = message[0], code = message[1];
        Errno error;
        if (head.Protocol == Icmp)
        {
            if (type is not (Unreachable or TimeExceeded))
                return null;
            error = type == TimeExceeded ? Errno.EHOSTUNREACH : code switch
            {
                0 or 6 or 9 or 11 => Errno.ENETUNREACH,
                2 => Errno.ENOPROTOOPT,
                3 => Errno.ECONNREFUSED,
                4 => Errno.EMSGSIZE,
                5 => Errno.EOPNOTSUPP,
                _ => Errno.EHOSTUNREACH,
            };
            return new PacketError(error, FromIcmp, type, code, head.From);
        }
        if (type is not (Unreachable6 or TimeExceeded6))
            return null;
        error = type == TimeExceeded6 ? Errno.EHOSTUNREACH : code switch
        {
            0 => Errno.ENETUNREACH,
            1 => Errno.EACCES,
            NoPort6 => Errno.ECONNREFUSED,
            _ => Errno.EHOSTUNREACH,
        };
        return new PacketError(error, FromIcmp6, type, code, head.From);
    }
}
