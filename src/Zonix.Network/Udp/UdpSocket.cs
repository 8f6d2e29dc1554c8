using System.Buffers.Binary;
using Zonix.Kernel.Bpf;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;
using Zonix.Network.Raw;

namespace Zonix.Network.Udp;

/// <summary>A socket of UDP. udp(7). A datagram goes straight into its receiver's queue, or is lost when that is full.</summary>
internal sealed partial class UdpSocket : InetSocket
{
    private const int IPPROTO_UDP = 17, IPPROTO_UDPLITE = 136;
    private const uint FIONREAD = 0x541B, TIOCOUTQ = 0x5411;
    private readonly bool isLite;
    private readonly DatagramQueue queue;

    internal UdpSocket(NetworkStack stack, IInode inode, SocketFamily family, uint uid, bool isLite = false)
        : base(stack, inode, family, uid, null)
    {
        this.isLite = isLite;
        queue = new DatagramQueue(this, stack.Buffers);
    }

    /// <inheritdoc/>
    public override SocketKind Kind => SocketKind.Datagram;

    /// <inheritdoc/>
    public override int Protocol => isLite ? IPPROTO_UDPLITE : IPPROTO_UDP;

    /// <inheritdoc/>
    public override SocketName? PeerName => RemotePort == 0 ? null : SocketName.OfInet(Family, Remote, RemotePort);

    private protected override PortTable Ports => PortsOf(Stack);

    /// <inheritdoc/>
    internal override InetSocketState? State
    {
        get
        {
            Inode.GetAttributes(out InodeAttributes attributes);
            return new InetSocketState(
                this, Family, Protocol, Name, SocketName.OfInet(Family, RemotePort == 0 ? Wildcard : Remote, RemotePort),
                RemotePort == 0 ? TcpState.Close : TcpState.Established, 0, queue.Charged, Uid, attributes.Inode, 0, queue.Dropped);
        }
    }

    /// <inheritdoc/>
    public override Errno Listen(KernelTask task, int backlog) => Errno.EOPNOTSUPP;

    /// <inheritdoc/>
    public override Errno Accept(KernelTask task, out ISocket? accepted)
    {
        accepted = null;
        return Errno.EOPNOTSUPP;
    }

    /// <inheritdoc/>
    public override Errno Connect(KernelTask task, in SocketName to, bool again, out WaitQueue? queue)
    {
        queue = null;
        if (to.Family == SocketFamily.Unspecified)
        {
            (Remote, RemotePort) = (Wildcard, 0);
            if (!HasBoundAddress)
                Local = Wildcard;
            if (!HasBoundPort)
            {
                Ports.Remove(this);
                LocalPort = 0;
            }
            return 0;
        }
        Errno e = Find(to, out IpAddress address, out Route route);
        if (e != 0)
            return e;
        if (Stack.IsBroadcast(address) && !Settings.IsOn(SocketOption.Broadcast))
            return Errno.EACCES;
        e = TakePort();
        if (e != 0)
            return Errno.EAGAIN;
        if (Local.IsAny)
            Local = route.Source;
        (Remote, RemotePort) = (address, to.Port);
        return 0;
    }

    /// <inheritdoc/>
    public override Errno Shutdown(bool reads, bool writes)
    {
        queue.Shut(reads, writes);
        return RemotePort == 0 ? Errno.ENOTCONN : 0;
    }

    /// <inheritdoc/>
    public override PollEvents Poll(PollEvents interest) => queue.Poll();

    /// <inheritdoc/>
    public override Errno TakeError() => queue.TakeError();

    /// <inheritdoc/>
    public override bool Knows(SocketOption option) => base.Knows(option) || option is >= SocketOption.UdpCork and < SocketOption.NetlinkPacketInfo;

    /// <inheritdoc/>
    public override Errno SetOption(SocketOption option, int value)
    {
        Errno e = base.SetOption(option, value);
        if (e == 0 && value == 0 && option is SocketOption.ReceiveError or SocketOption.V6ReceiveError)
            queue.ForgetErrors();
        if (e == 0 && value == 0 && option == SocketOption.UdpCork)
            return FlushCorked();
        return e;
    }

    /// <inheritdoc/>
    public override SysResult Control(KernelTask task, uint request, UserAddress argument)
    {
        int answer;
        switch (request)
        {
            case FIONREAD:
                answer = queue.FirstLength;
                break;
            case TIOCOUTQ:
                answer = 0;
                break;
            default:
                return Errno.ENOTTY;
        }
        return task.Memory.TryWrite(argument, answer) ? 0 : Errno.EFAULT;
    }

    /// <inheritdoc/>
    public override void Close()
    {
        LeaveGroups();
        Ports.Remove(this);
        queue.Close();
    }

    private PortTable PortsOf(NetworkStack of) => isLite ? of.UdpLite : of.Udp;

    /// <summary>Puts a datagram into the queue, or drops it. Any thread, no lock held.</summary>
    internal void Deliver(Datagram datagram)
    {
        if (Settings.Filter is { } filter && !Passes(filter, datagram))
        {
            datagram.Recycle();
            return;
        }
        Stack.Stamp(Settings, datagram);
        queue.Deliver(datagram);
    }

    /// <summary>What it sent found nobody. ip(7), IP_RECVERR.</summary>
    internal void Unreachable(ReadOnlySpan<byte> data, IpAddress to, ushort port, in PacketError why)
    {
        bool keeps = Settings.IsOn(SocketOption.ReceiveError) || Settings.IsOn(SocketOption.V6ReceiveError);
        if (keeps || RemotePort != 0)
            queue.Report(why, data, SocketName.OfInet(Family, to, port), keeps);
    }

    // As on Linux it sees the datagram from its head of UDP on, and what it cuts off is cut off.
    private bool Passes(BpfProgram filter, Datagram datagram)
    {
        const int HeadSize = 8;
        var bytes = new byte[HeadSize + datagram.Length];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, datagram.FromPort);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), LocalPort);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(4), (ushort)bytes.Length);
        datagram.Data.CopyTo(bytes.AsSpan(HeadSize));
        ushort protocol = datagram.From.IsV4 ? IpPacket.EthernetV4 : IpPacket.EthernetV6;
        uint kept = filter.Run(new PacketData(bytes, 0, new PacketFacts(protocol, 0, datagram.Place.Interface, 1)));
        datagram.Truncate((int)Math.Min(Math.Max(kept, HeadSize), (uint)bytes.Length) - HeadSize);
        return kept != 0;
    }

    // Nobody has the port there.
    private static PacketError NoPort(IpAddress to)
    {
        const byte IcmpOrigin = 2, Icmp6Origin = 3, DestinationUnreachable = 3, PortUnreachable = 3, V6Unreachable = 1, V6NoPort = 4;
        return to.IsV4
            ? new PacketError(Errno.ECONNREFUSED, IcmpOrigin, DestinationUnreachable, PortUnreachable, to)
            : new PacketError(Errno.ECONNREFUSED, Icmp6Origin, V6Unreachable, V6NoPort, to);
    }

    // Where a name leads; wildcards are the zone itself.
    private Errno Find(in SocketName to, out IpAddress address, out Route route)
    {
        route = default;
        address = to.Address;
        bool isV4OnV6 = Family == SocketFamily.Inet6 && to.Family == SocketFamily.Inet;
        if (to.Family != Family && !(isV4OnV6 && !IsV6Only))
            return Errno.EAFNOSUPPORT;
        if (IsV6Only && address.IsV4)
            return Errno.ENETUNREACH;
        if (address.IsAny)
            address = address.IsV4 ? IpAddress.Loopback : IpAddress.LoopbackV6;
        Errno e = Stack.FindRoute(address, out route, DeviceIndex);
        return e == 0 && !Stack.Permits(route, IPPROTO_UDP, address, to.Port) ? Errno.EACCES : e;
    }
}
