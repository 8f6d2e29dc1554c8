using System.Buffers.Binary;
using Zonix.Network.Fabric;
using Zonix.Network.Packet;
using Zonix.Network.Raw;
using Zonix.Network.Udp;

namespace Zonix.Network;

/// <content>
/// Packets: those of raw, ping and packet sockets, ICMP, and those that are made only to be seen. TCP and UDP move no packets; they show some
/// where <see cref="ShowsPackets"/> says that somebody looks.
/// </content>
public sealed partial class NetworkStack
{
    private int identification;

    /// <summary>The raw sockets.</summary>
    internal RawTable Raw { get; } = new();

    /// <summary>Who sends echo requests with which identifier, of version 4.</summary>
    internal PortTable Ping { get; } = new(isTcp: false);

    /// <summary>Who sends echo requests with which identifier, of version 6.</summary>
    internal PortTable Ping6 { get; } = new(isTcp: false);

    /// <summary>Who looks at interfaces.</summary>
    internal PacketTaps Taps { get; } = new();

    /// <inheritdoc/>
    public IReadOnlyList<IPacketSocket> PacketSockets => Taps.All;

    /// <inheritdoc/>
    public (uint First, uint Last) PingGroups { get; set; } = (0, int.MaxValue);

    /// <summary>Whether packets that carry a protocol are to be shown.</summary>
    internal bool ShowsPackets(byte protocol) => !Taps.IsEmpty || Raw.Wants(protocol);

    /// <summary>A number for the next packet.</summary>
    internal ushort NextIdentification() => (ushort)Interlocked.Increment(ref identification);

    /// <summary>Notes when a message came, if its receiver wants to know.</summary>
    internal void Stamp(SocketSettings settings, Datagram datagram)
    {
        const int SOF_TIMESTAMPING_RX_SOFTWARE = 8;
        if (settings.IsOn(SocketOption.Timestamp) || settings.IsOn(SocketOption.TimestampNs) ||
            (settings[SocketOption.Timestamping] & SOF_TIMESTAMPING_RX_SOFTWARE) != 0)
            datagram.TimeNs = RealtimeNs;
    }

    /// <summary>CLOCK_REALTIME.</summary>
    internal long RealtimeNs => NowNs + machine.Clock.RealtimeOffsetNs;

    /// <summary>
    /// Sends a packet. One whose sender is not the zone is lost, where it would leave the zone. EACCES: the zone's policy denies it, unless it
    /// is an answer; EPERM: the gateway takes no such packets.
    /// </summary>
    internal Errno SendPacket(IpPacket packet, IpAddress to, in Route route, bool isAnswer = false)
    {
        route.Interface.Counters.CountSent(packet.Bytes.Length);
        SetLink(packet, to, route);
        Taps.Sent(route.Interface, packet);
        if (!IpHead.TryRead(packet.Bytes, out IpHead head))
            return 0;
        Counts.Sent(head.To.IsV4, 1, head.TotalLength);
        if (head.Protocol is IcmpMessage.Icmp or IcmpMessage.Icmp6 && head.TotalLength > head.Size)
            Counts.Icmp(head.To.IsV4, packet.Bytes[head.Size], isOut: true);
        if (!isAnswer && !Permits(route, head.Protocol, head.To, PortOf(head, packet)))
            return Errno.EACCES;
        if (to.IsMulticast || IsBroadcast(to))
        {
            SendToGroup(packet, to, head, route);
            return 0;
        }
        bool maySend = MaySend(head.From, route);
        if (route.Gateway is { } gateway)
            return maySend ? SendBeyond(gateway, route.Port!, packet, head) : 0;
        if (route.Target is { } target && (maySend || ReferenceEquals(target, this)))
            target.ReceivePacket(route.Arrival, packet);
        return 0;
    }

    /// <summary>A packet came in by an interface.</summary>
    internal void ReceivePacket(NetworkInterface by, IpPacket packet)
    {
        by.Counters.CountReceived(packet.Bytes.Length);
        Taps.Arrived(by, packet);
        if (!IpHead.TryRead(packet.Bytes, out IpHead head) || !(HasAddress(head.To) || head.To.IsMulticast || IsBroadcast(head.To)))
            return;
        if (head.Protocol != IPPROTO_UDP)
            Counts.Received(head.To.IsV4, 1, head.TotalLength);
        bool isTaken = Raw.Deliver(by, packet, head);
        ReadOnlySpan<byte> carried = packet.Bytes[head.Size..head.TotalLength];
        switch (head.Protocol)
        {
            case IcmpMessage.Icmp when head.To.IsV4:
            case IcmpMessage.Icmp6 when !head.To.IsV4:
                if (carried.Length >= IcmpMessage.HeadSize && IcmpMessage.IsIntact(carried, head))
                {
                    Counts.Icmp(head.To.IsV4, carried[0], isOut: false);
                    ReceiveIcmp(by, head, carried);
                }
                return;
            case IPPROTO_UDP:
                ReceiveUdp(by, packet, head, carried);
                return;
            case TcpPacket.Protocol:
                TcpPacket.Answer(this, head, carried);
                return;
            default:
                if (!isTaken && !head.To.IsMulticast && head.To.IsV4)
                    Reply(IcmpMessage.Refuse(head, packet.Bytes[..head.TotalLength], IcmpMessage.NoProtocol, NextIdentification()), head.From);
                return;
        }
    }

    /// <summary>Shows a packet that a socket of TCP or UDP would have sent: at the sender's interface, and where it arrives.</summary>
    internal void Show(IpPacket packet, IpAddress to, in Route route)
    {
        SetLink(packet, to, route);
        Taps.Sent(route.Interface, packet);
        if (route.Target is { } target && route.Gateway is null)
            target.ShowArrival(route.Arrival, packet);
    }

    /// <summary>Shows a packet that would have come in.</summary>
    internal void ShowArrival(NetworkInterface by, IpPacket packet)
    {
        Taps.Arrived(by, packet);
        if (IpHead.TryRead(packet.Bytes, out IpHead head))
            Raw.Deliver(by, packet, head);
    }

    /// <summary>Sends a frame that a packet socket made. What is no packet of IP is only seen.</summary>
    internal void SendFrame(NetworkInterface through, IpPacket packet)
    {
        if (through.IsLoopback)
        {
            Taps.Sent(through, packet);
            ReceivePacket(through, packet);
            return;
        }
        if (IpHead.TryRead(packet.Bytes, out IpHead head) && packet.Protocol is IpPacket.EthernetV4 or IpPacket.EthernetV6 &&
            FindRoute(head.To, out Route route, through.Index) == 0)
        {
            SendPacket(packet, head.To, route);
            return;
        }
        through.Counters.CountSent(packet.Bytes.Length);
        Taps.Sent(through, packet);
    }

    /// <summary>Sends an answer to a packet.</summary>
    internal void Reply(IpPacket packet, IpAddress to)
    {
        if (FindRoute(to, out Route route) == 0)
            SendPacket(packet, to, route, isAnswer: true);
    }

    private static ushort PortOf(in IpHead head, IpPacket packet) => head.Protocol is IPPROTO_TCP or IPPROTO_UDP && head.TotalLength >= head.Size + 4
        ? BinaryPrimitives.ReadUInt16BigEndian(packet.Bytes[(head.Size + 2)..])
        : (ushort)0;

    private static Errno SendBeyond(Gateway gateway, NetworkPort port, IpPacket packet, in IpHead head)
    {
        ReadOnlySpan<byte> carried = packet.Bytes[head.Size..head.TotalLength];
        if (head.Protocol is IcmpMessage.Icmp or IcmpMessage.Icmp6)
            return gateway.SendIcmp(port, head.From, head.To, carried, head.HopLimit);
        return UdpPacket.TryRead(carried, out ushort fromPort, out ushort toPort, out ReadOnlySpan<byte> data) && head.Protocol == IPPROTO_UDP
            ? gateway.Send(port, new DatagramHead(head.From, fromPort, head.To, toPort, head.HopLimit, head.TrafficClass), data)
            : Errno.EPERM;
    }

    private void SendToGroup(IpPacket packet, IpAddress to, in IpHead head, in Route route)
    {
        ReceivePacket(route.Arrival, packet);
        if (route.Port is not { } own || !MaySend(head.From, route) || head.HopLimit == 0)
            return;
        foreach (NetworkPort other in own.Network.Ports)
        {
            if (other != own && other.IsUp && (to.IsMulticast || to == IpAddress.Broadcast || other.Stack.IsBroadcast(to)))
                other.Stack.ReceivePacket(other.Interface, packet);
        }
    }

    private void ReceiveIcmp(NetworkInterface by, in IpHead head, ReadOnlySpan<byte> message)
    {
        byte type = message[0];
        bool isV4 = head.To.IsV4;
        if (type == (isV4 ? IcmpMessage.EchoRequest : IcmpMessage.EchoRequest6))
        {
            AnswerEcho(by, head, message);
        }
        else if (type == (isV4 ? IcmpMessage.EchoReply : IcmpMessage.EchoReply6))
        {
            ushort identifier = BinaryPrimitives.ReadUInt16BigEndian(message[4..]);
            if ((isV4 ? Ping : Ping6).Find(head.To, identifier, head.From, 0, by.Index) is PingSocket asker)
                asker.Deliver(by, head, message);
        }
        else if (IcmpMessage.ErrorOf(message, head) is { } error && IpHead.TryReadQuoted(message[IcmpMessage.HeadSize..], out IpHead quoted))
        {
            ReceiveReport(by, error, quoted, message[(IcmpMessage.HeadSize + quoted.Size)..]);
        }
    }

    private void AnswerEcho(NetworkInterface by, in IpHead head, ReadOnlySpan<byte> request)
    {
        // Linux does not answer what was sent to everybody: net.ipv4.icmp_echo_ignore_broadcasts.
        bool isGroup = head.To.IsMulticast || IsBroadcast(head.To);
        if (isGroup && head.To.IsV4)
            return;
        IpAddress from = isGroup ? SourceOn(by, head.From) : head.To;
        var back = new IpHead(from, head.From, head.Protocol, 64, head.TrafficClass);
        IpPacket reply = IpPacket.Make(back, request.Length, NextIdentification(), out Span<byte> message);
        request.CopyTo(message);
        message[0] = back.To.IsV4 ? IcmpMessage.EchoReply : IcmpMessage.EchoReply6;
        IcmpMessage.WriteChecksum(message, back);
        Reply(reply, head.From);
    }

    // A packet that the zone sent did not arrive.
    private void ReceiveReport(NetworkInterface by, in PacketError error, in IpHead quoted, ReadOnlySpan<byte> carried)
    {
        switch (quoted.Protocol)
        {
            case IPPROTO_UDP when UdpPacket.TryRead(carried, out ushort fromPort, out ushort toPort, out ReadOnlySpan<byte> data):
                if (Udp.Find(quoted.From, fromPort, quoted.To, toPort, by.Index) is UdpSocket sender)
                    sender.Report(error, data, quoted.To, toPort);
                break;
            case IcmpMessage.Icmp or IcmpMessage.Icmp6 when carried.Length >= IcmpMessage.HeadSize:
                ushort identifier = BinaryPrimitives.ReadUInt16BigEndian(carried[4..]);
                if ((quoted.To.IsV4 ? Ping : Ping6).Find(quoted.From, identifier, quoted.To, 0, by.Index) is PingSocket asker)
                    asker.Report(error, carried, quoted.To);
                break;
        }
        foreach (RawSocket one in Raw.All)
        {
            if (one.Protocol == quoted.Protocol)
                one.Report(error, carried, quoted.To);
        }
    }

    private void ReceiveUdp(NetworkInterface by, IpPacket packet, in IpHead head, ReadOnlySpan<byte> carried)
    {
        if (!UdpPacket.TryRead(carried, out ushort fromPort, out ushort toPort, out ReadOnlySpan<byte> data))
            return;
        bool isGroup = head.To.IsMulticast || IsBroadcast(head.To);
        List<InetSocket> receivers = isGroup
            ? Udp.FindAll(head.To, toPort, head.From, fromPort, by.Index)
            : Udp.Find(head.To, toPort, head.From, fromPort, by.Index) is { } one ? [one] : [];
        foreach (InetSocket receiver in receivers)
        {
            var datagram = new Datagram(data.Length)
            {
                From = head.From, FromPort = fromPort, Place = new PacketPlace(by.Index, isGroup ? SourceOn(by, head.To) : head.To, head.To),
                HopLimit = head.HopLimit, TrafficClass = head.TrafficClass,
            };
            data.CopyTo(datagram.Data);
            ((UdpSocket)receiver).Deliver(datagram);
        }
        if (receivers.Count > 0 || isGroup)
            return;
        Counts.DatagramReceived(head.To.IsV4, data.Length);
        Counts.Add(ProtocolCounters.OfDatagrams(ProtocolCount.UdpNoPorts, head.To.IsV4, isLite: false));
        byte code = head.To.IsV4 ? IcmpMessage.NoPort : IcmpMessage.NoPort6;
        Reply(IcmpMessage.Refuse(head, packet.Bytes[..head.TotalLength], code, NextIdentification()), head.From);
    }

    private void SetLink(IpPacket packet, IpAddress to, in Route route)
    {
        if (route.Interface.IsLoopback)
            return;
        Span<byte> address = stackalloc byte[6];
        if (to.IsMulticast && to.IsV4)
        {
            // RFC 1112, RFC 2464: groups have addresses of their own on a wire.
            BinaryPrimitives.WriteUInt32BigEndian(address[2..], to.V4Bits & 0x7FFFFF);
            (address[0], address[1], address[2]) = (1, 0, 0x5E);
        }
        else if (to.IsMulticast)
        {
            BinaryPrimitives.WriteUInt32BigEndian(address[2..], (uint)to.Bits);
            (address[0], address[1]) = (0x33, 0x33);
        }
        else if (IsBroadcast(to))
        {
            address.Fill(0xFF);
        }
        else
        {
            route.Arrival.HardwareAddress.CopyTo(address);
        }
        packet.SetLink(address, route.Interface.HardwareAddress);
    }
}
