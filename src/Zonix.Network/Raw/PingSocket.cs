using System.Buffers.Binary;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;
using Zonix.Network.Udp;

namespace Zonix.Network.Raw;

/// <summary>A socket that sends echo requests and hears the answers: SOCK_DGRAM of IPPROTO_ICMP. icmp(7). Its port is the requests' identifier.</summary>
internal sealed class PingSocket : MessageSocket
{
    private const int IPPROTO_ICMP = 1, IPPROTO_ICMPV6 = 58, HeadSize = 8, IdentifierAt = 4, LargestMessage = 65507;
    private bool isConnected;

    internal PingSocket(NetworkStack stack, IInode inode, SocketFamily family, uint uid)
        : base(stack, inode, family, uid)
    {
    }

    /// <inheritdoc/>
    public override SocketKind Kind => SocketKind.Datagram;

    /// <inheritdoc/>
    public override int Protocol => Family == SocketFamily.Inet ? IPPROTO_ICMP : IPPROTO_ICMPV6;

    /// <inheritdoc/>
    public override SocketName? PeerName => isConnected && RemotePort != 0 ? SocketName.OfInet(Family, Remote, RemotePort) : null;

    private protected override bool HasPeer => isConnected;

    private protected override PortTable Ports => Family == SocketFamily.Inet ? Stack.Ping : Stack.Ping6;

    private byte RequestType => (byte)(Family == SocketFamily.Inet ? IcmpMessage.EchoRequest : IcmpMessage.EchoRequest6);

    /// <summary>Gives it an answer.</summary>
    internal void Deliver(NetworkInterface by, in IpHead head, ReadOnlySpan<byte> message)
    {
        if (isConnected && Remote != head.From)
            return;
        var datagram = new Datagram(message.Length)
        {
            From = head.From, Place = new PacketPlace(by.Index, head.To, head.To), HopLimit = head.HopLimit, TrafficClass = head.TrafficClass,
        };
        Stack.Stamp(Settings, datagram);
        message.CopyTo(datagram.Data);
        Queue.Deliver(datagram);
    }

    /// <inheritdoc/>
    public override Errno Connect(KernelTask task, in SocketName to, bool again, out WaitQueue? queue)
    {
        queue = null;
        if (to.Family == SocketFamily.Unspecified)
        {
            (Remote, RemotePort, isConnected) = (Wildcard, 0, false);
            return 0;
        }
        Errno e = Find(to, out IpAddress address, out Route route);
        if (e == 0)
            e = TakePort();
        if (e != 0)
            return e;
        if (Local.IsAny)
            Local = route.Source;
        (Remote, isConnected) = (address, true);
        return 0;
    }

    /// <inheritdoc/>
    public override Errno Address(KernelTask task, ref OutgoingMessage message)
    {
        if ((message.Flags & MessageFlags.MSG_OOB) != 0)
            return Errno.EOPNOTSUPP;
        if (message.To.Family == SocketFamily.Unspecified)
            return isConnected ? 0 : Errno.EDESTADDRREQ;
        return message.To.Family == Family ? 0 : Errno.EAFNOSUPPORT;
    }

    /// <inheritdoc/>
    public override SysResult Send(ref UserBuffer source, in OutgoingMessage message)
    {
        Errno e = CheckSend();
        if (e != 0)
            return e;
        bool isNamed = message.To.Family != SocketFamily.Unspecified;
        if (!isNamed && !isConnected)
            return Errno.EDESTADDRREQ;
        int length = (int)Math.Min(source.Remaining, int.MaxValue);
        if (length > LargestMessage)
            return Errno.EMSGSIZE;
        if (length < HeadSize)
            return Errno.EINVAL;
        e = Find(isNamed ? message.To : SocketName.OfInet(Family, Remote, 0), out IpAddress to, out Route route);
        if (e != 0)
            return e;
        if (Stack.IsBroadcast(to) && !Settings.IsOn(SocketOption.Broadcast))
            return Errno.EACCES;
        if (TakePort() != 0)
            return Errno.EAGAIN;
        int hops = message.HopLimit ?? Settings[to.IsV4 ? SocketOption.TimeToLive : SocketOption.UnicastHops];
        var head = new IpHead(
            Local.IsAny ? route.Source : Local, to, (byte)Protocol, hops < 0 ? 64 : hops,
            message.TrafficClass ?? (to.IsV4 ? Settings[SocketOption.TypeOfService] & 0xFF : Math.Max(0, Settings[SocketOption.TrafficClass])));
        IpPacket packet = IpPacket.Make(head, length, Stack.NextIdentification(), out Span<byte> carried);
        if (source.CopyIn(carried) < length)
            return Errno.EFAULT;
        // Nothing but an echo request; its identifier is the socket's.
        if (carried[0] != RequestType || carried[1] != 0)
            return Errno.EINVAL;
        BinaryPrimitives.WriteUInt16BigEndian(carried[IdentifierAt..], LocalPort);
        IcmpMessage.WriteChecksum(carried, head);
        e = Stack.SendPacket(packet, to, route);
        return e != 0 ? e : length;
    }

    private Errno Find(in SocketName to, out IpAddress address, out Route route)
    {
        route = default;
        address = to.Address;
        if (to.Family != Family)
            return Errno.EAFNOSUPPORT;
        if (address.IsAny)
            address = Family == SocketFamily.Inet ? IpAddress.Loopback : IpAddress.LoopbackV6;
        return address.IsV4 != (Family == SocketFamily.Inet) ? Errno.EINVAL : Stack.FindRoute(address, out route, DeviceIndex != 0 ? DeviceIndex : (int)to.Interface);
    }
}
