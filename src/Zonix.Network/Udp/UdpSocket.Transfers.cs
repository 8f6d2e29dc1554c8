using Zonix.Kernel.Tasks;
using Zonix.Network.Fabric;
using Zonix.Network.Raw;

namespace Zonix.Network.Udp;

/// <content>Sending and receiving.</content>
internal sealed partial class UdpSocket
{
    private const int LargestV4 = 65507, LargestV6 = 65527, DefaultHops = 64, MostSegments = 128;

    /// <inheritdoc/>
    public override Errno Address(KernelTask task, ref OutgoingMessage message)
    {
        // Version 6 takes no notice of it.
        if ((message.Flags & MessageFlags.MSG_OOB) != 0 && Family == SocketFamily.Inet)
            return Errno.EOPNOTSUPP;
        if (message.To.Family == SocketFamily.Unspecified)
            return RemotePort == 0 && corked is null ? Errno.EDESTADDRREQ : 0;
        if (message.To.Family != Family && !(Family == SocketFamily.Inet6 && message.To.Family == SocketFamily.Inet))
            return Family == SocketFamily.Inet ? Errno.EAFNOSUPPORT : Errno.EINVAL;
        return message.To.Port == 0 ? Errno.EINVAL : 0;
    }

    /// <inheritdoc/>
    public override SysResult Receive(ref UserBuffer target, MessageFlags flags, out ReceivedMessage message)
    {
        SysResult got = base.Receive(ref target, flags, out message);
        if (!got.IsError && (flags & (MessageFlags.MSG_PEEK | MessageFlags.MSG_ERRQUEUE)) == 0)
            Count(ProtocolCount.UdpInDatagrams);
        return got;
    }

    private void Count(ProtocolCount what) => Stack.Counts.Add(ProtocolCounters.OfDatagrams(what, Family == SocketFamily.Inet, isLite));

    /// <inheritdoc/>
    public override SysResult Send(ref UserBuffer source, in OutgoingMessage message)
    {
        // As on Linux the report of an earlier datagram comes before this one is sent.
        Errno e = CheckSend();
        if (e != 0)
            return e;
        if (corked is not null || (message.Flags & MessageFlags.MSG_MORE) != 0 || Settings.IsOn(SocketOption.UdpCork))
            return SendCorked(ref source, message);
        return SendWhole(ref source, message);
    }

    private SysResult SendWhole(ref UserBuffer source, in OutgoingMessage message)
    {
        bool isNamed = message.To.Family != SocketFamily.Unspecified;
        if (!isNamed && RemotePort == 0)
            return Errno.EDESTADDRREQ;
        SocketName to = isNamed ? message.To : SocketName.OfInet(Family, Remote, RemotePort);
        Errno e = Find(to, out IpAddress address, out Route route);
        if (e != 0)
            return e;
        ulong length = source.Remaining;
        if (length > (ulong)(address.IsV4 ? LargestV4 : LargestV6))
            return Errno.EMSGSIZE;
        if (Stack.IsBroadcast(address) && !Settings.IsOn(SocketOption.Broadcast))
            return Errno.EACCES;
        if (TakePort() != 0)
            return Errno.EAGAIN;
        IpAddress from = SourceOf(message, route);
        int segment = message.SegmentSize != 0 ? message.SegmentSize : Settings[SocketOption.UdpSegment];
        if (segment == 0 || (ulong)segment >= length)
            return SendOne(ref source, (int)length, message, address, to.Port, from, route);
        if (length > (ulong)segment * MostSegments)
            return Errno.EINVAL;
        long sent = 0;
        while (source.Remaining > 0)
        {
            SysResult one = SendOne(ref source, (int)Math.Min((ulong)segment, source.Remaining), message, address, to.Port, from, route);
            if (one.IsError)
                return sent > 0 ? sent : one;
            sent += one.Value;
        }
        return sent;
    }

    private IpAddress SourceOf(in OutgoingMessage message, in Route route)
    {
        if (message.From is { } wanted && !wanted.Local.IsAny && wanted.Local.Bits != 0 && Stack.HasAddress(wanted.Local))
            return wanted.Local;
        return Local.IsAny || Local.IsMulticast || Stack.IsBroadcast(Local) ? route.Source : Local;
    }

    private SysResult SendOne(
        ref UserBuffer source, int length, in OutgoingMessage message, IpAddress to, ushort port, IpAddress from, in Route route)
    {
        bool isGroup = to.IsMulticast || Stack.IsBroadcast(to);
        int hops = message.HopLimit ?? (to.IsV4
            ? Settings[isGroup ? SocketOption.MulticastTimeToLive : SocketOption.TimeToLive]
            : Settings[isGroup ? SocketOption.MulticastHops : SocketOption.UnicastHops]);
        var datagram = new Datagram(length)
        {
            From = from, FromPort = LocalPort, Place = new PacketPlace(route.Arrival.Index, isGroup ? from : to, to),
            HopLimit = hops < 0 ? DefaultHops : hops,
            TrafficClass = message.TrafficClass ?? (to.IsV4 ? Settings[SocketOption.TypeOfService] & 0xFF : Math.Max(0, Settings[SocketOption.TrafficClass])),
        };
        if (source.CopyIn(datagram.Data) < length)
        {
            datagram.Recycle();
            return Errno.EFAULT;
        }
        route.Interface.Counters.CountSent(length);
        Stack.Counts.DatagramSent(to.IsV4, isLite, length);
        if (Stack.ShowsPackets(IPPROTO_UDP) || (route.Target is { } there && there != Stack && there.ShowsPackets(IPPROTO_UDP)))
            Show(datagram, to, port, route);
        Errno e = 0;
        if (isGroup)
            SendToGroup(datagram, to, port, route);
        else if (route.Gateway is { } gateway)
            e = SendBeyond(datagram, to, port, route.Port!, gateway);
        else
            SendToOne(datagram, to, port, route);
        return e != 0 ? e : length;
    }

    private Errno SendBeyond(Datagram datagram, IpAddress to, ushort port, NetworkPort through, Gateway gateway)
    {
        var head = new DatagramHead(datagram.From, LocalPort, to, port, datagram.HopLimit, datagram.TrafficClass);
        Errno e = through.Network.Find(datagram.From) == through ? gateway.Send(through, head, datagram.Data) : 0;
        datagram.Recycle();
        return e;
    }

    // Who sends in another's name is not heard, and who sends to nobody is not told: no wire tells either.
    private void SendToOne(Datagram datagram, IpAddress to, ushort port, in Route route)
    {
        if (route.Target is not { } target || !Stack.MaySend(datagram.From, route))
        {
            datagram.Recycle();
            return;
        }
        route.Arrival.Counters.CountReceived(datagram.Length);
        if (PortsOf(target).Find(to, port, datagram.From, LocalPort, route.Arrival.Index) is UdpSocket receiver)
        {
            receiver.Deliver(datagram);
            return;
        }
        target.Counts.DatagramReceived(to.IsV4, datagram.Length);
        target.Counts.Add(ProtocolCounters.OfDatagrams(ProtocolCount.UdpNoPorts, to.IsV4, isLite));
        target.Counts.Unreachable(to.IsV4, isOut: true, datagram.Length);
        Stack.Counts.Unreachable(to.IsV4, isOut: false, datagram.Length);
        Report(NoPort(to), datagram.Data, to, port);
        if (Stack.ShowsPackets(to.IsV4 ? IcmpMessage.Icmp : IcmpMessage.Icmp6))
            ShowRefusal(datagram, to, port);
        datagram.Recycle();
    }

    private static IpHead HeadOf(Datagram datagram, IpAddress to) => new(datagram.From, to, IPPROTO_UDP, datagram.HopLimit, datagram.TrafficClass);

    private void Show(Datagram datagram, IpAddress to, ushort port, in Route route) =>
        Stack.Show(UdpPacket.Make(HeadOf(datagram, to), LocalPort, port, datagram.Data, Stack.NextIdentification()), to, route);

    private void ShowRefusal(Datagram datagram, IpAddress to, ushort port)
    {
        IpHead head = HeadOf(datagram, to);
        ReadOnlySpan<byte> packet = UdpPacket.Make(head, LocalPort, port, datagram.Data, Stack.NextIdentification()).Bytes;
        IpPacket report = IcmpMessage.Refuse(head, packet, to.IsV4 ? IcmpMessage.NoPort : IcmpMessage.NoPort6, Stack.NextIdentification());
        if (Stack.FindRoute(datagram.From, out Route back) == 0)
            Stack.Show(report, datagram.From, back);
    }

    private void SendToGroup(Datagram datagram, IpAddress to, ushort port, in Route route)
    {
        bool loops = !to.IsMulticast || Settings.IsOn(to.IsV4 ? SocketOption.MulticastLoop : SocketOption.V6MulticastLoop);
        if (loops)
            DeliverToAll(Stack, route.Arrival.Index, datagram, to, port);
        if (route.Port is { } own && own.Network.Find(datagram.From) == own && datagram.HopLimit > 0)
        {
            foreach (NetworkPort other in own.Network.Ports)
            {
                if (other != own && other.IsUp && (to.IsMulticast || to == IpAddress.Broadcast || other.Stack.IsBroadcast(to)))
                    DeliverToAll(other.Stack, other.Interface.Index, datagram, to, port);
            }
        }
        datagram.Recycle();
    }

    private void DeliverToAll(NetworkStack stack, int interfaceIndex, Datagram datagram, IpAddress to, ushort port)
    {
        foreach (InetSocket receiver in PortsOf(stack).FindAll(to, port, datagram.From, LocalPort, interfaceIndex))
            ((UdpSocket)receiver).Deliver(datagram.Clone(interfaceIndex));
    }
}
