using System.Buffers.Binary;

namespace Zonix.Network.Raw;

/// <summary>Segments of TCP as packets carry them: made to be seen, for connections move none; and what answers those that a raw socket made.</summary>
internal static class TcpPacket
{
    internal const byte Protocol = 6;

    /// <summary>Bytes of data in the largest segment that is shown; what Linux shows of its lo.</summary>
    internal const int LargestData = 65483;

    private const int HeadSize = 20, TimestampsSize = 12, SynOptionsSize = 20, ChecksumAt = 16, FlagsAt = 13;
    private const ushort Window = 512, FirstWindow = 65495;
    private const byte WindowShift = 7;

    /// <summary>Makes a packet that carries a segment, whose data lies in two pieces.</summary>
    internal static IpPacket Make(in IpHead head, in TcpSegment segment, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ushort identification)
    {
        bool isSyn = (segment.Flags & TcpFlags.Syn) != 0;
        int options = isSyn ? SynOptionsSize : segment.IsBare ? 0 : TimestampsSize;
        IpPacket packet = IpPacket.Make(head, HeadSize + options + first.Length + second.Length, identification, out Span<byte> carried);
        BinaryPrimitives.WriteUInt16BigEndian(carried, segment.FromPort);
        BinaryPrimitives.WriteUInt16BigEndian(carried[2..], segment.ToPort);
        BinaryPrimitives.WriteUInt32BigEndian(carried[4..], segment.Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(carried[8..], segment.Acknowledged);
        carried[12] = (byte)((HeadSize + options) / 4 << 4);
        carried[FlagsAt] = (byte)segment.Flags;
        BinaryPrimitives.WriteUInt16BigEndian(carried[14..], segment.IsBare ? (ushort)0 : isSyn ? FirstWindow : Window);
        if (!segment.IsBare || isSyn)
            WriteOptions(carried[HeadSize..], isSyn, segment.TimeMs, (segment.Flags & TcpFlags.Ack) != 0);
        first.CopyTo(carried[(HeadSize + options)..]);
        second.CopyTo(carried[(HeadSize + options + first.Length)..]);
        BinaryPrimitives.WriteUInt16BigEndian(carried[ChecksumAt..], InternetChecksum.Of(carried, head.From, head.To, Protocol));
        return packet;
    }

    /// <summary>Answers a segment that a raw socket made: there is no connection that it can belong to, but a port may listen.</summary>
    internal static void Answer(NetworkStack stack, in IpHead head, ReadOnlySpan<byte> carried)
    {
        if (carried.Length < HeadSize || head.To.IsMulticast)
            return;
        var flags = (TcpFlags)carried[FlagsAt];
        ushort fromPort = BinaryPrimitives.ReadUInt16BigEndian(carried), toPort = BinaryPrimitives.ReadUInt16BigEndian(carried[2..]);
        if ((flags & TcpFlags.Reset) != 0 || stack.Tcp.HasConnection(head.To, toPort, head.From, fromPort))
            return;
        uint sequence = BinaryPrimitives.ReadUInt32BigEndian(carried[4..]), acknowledged = BinaryPrimitives.ReadUInt32BigEndian(carried[8..]);
        int size = Math.Clamp((carried[12] >> 4) * 4, HeadSize, carried.Length);
        uint next = sequence + (uint)(carried.Length - size) + ((flags & TcpFlags.Syn) != 0 ? 1u : 0) + ((flags & TcpFlags.Fin) != 0 ? 1u : 0);
        bool listens = (flags & (TcpFlags.Syn | TcpFlags.Ack)) == TcpFlags.Syn && stack.Tcp.Find(head.To, toPort, head.From, fromPort, 0) is not null;
        TcpSegment segment;
        if (listens)
            segment = new TcpSegment(toPort, fromPort, TcpSegment.FirstOf(head.To, toPort, head.From, fromPort), next, TcpFlags.Syn | TcpFlags.Ack, (uint)(stack.NowNs / 1_000_000));
        else if ((flags & TcpFlags.Ack) != 0)
            segment = new TcpSegment(toPort, fromPort, acknowledged, 0, TcpFlags.Reset, 0, IsBare: true);
        else
            segment = new TcpSegment(toPort, fromPort, 0, next, TcpFlags.Reset | TcpFlags.Ack, 0, IsBare: true);
        stack.Reply(Make(new IpHead(head.To, head.From, Protocol), segment, default, default, listens ? (ushort)0 : stack.NextIdentification()), head.From);
    }

    // What Linux offers: the largest segment, SACK, timestamps, the scale of windows.
    private static void WriteOptions(Span<byte> options, bool isSyn, uint timeMs, bool hasEcho)
    {
        const byte NoOperation = 1, MaximumSegment = 2, Scale = 3, SelectiveAck = 4, Timestamps = 8;
        int at = 0;
        if (isSyn)
        {
            (options[0], options[1]) = (MaximumSegment, 4);
            BinaryPrimitives.WriteUInt16BigEndian(options[2..], FirstWindow);
            (options[4], options[5]) = (SelectiveAck, 2);
            at = 6;
        }
        else
        {
            (options[0], options[1]) = (NoOperation, NoOperation);
            at = 2;
        }
        (options[at], options[at + 1]) = (Timestamps, 10);
        BinaryPrimitives.WriteUInt32BigEndian(options[(at + 2)..], timeMs);
        BinaryPrimitives.WriteUInt32BigEndian(options[(at + 6)..], hasEcho ? timeMs : 0);
        if (isSyn)
            (options[16], options[17], options[18], options[19]) = (NoOperation, Scale, 3, WindowShift);
    }
}
