using System.Buffers.Binary;
using Zonix.Kernel.Bpf;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;
using Zonix.Network.Raw;

namespace Zonix.Network.Udp;

/// <summary>A socket of UDP. udp(7). A datagram goes straight into its receiver's queue, or is lost when that is full.</summary>
internal sealed partial class UdpSocket : MessageSocket
{
    private const int IPPROTO_UDP = 17, IPPROTO_UDPLITE = 136;
    private readonly bool isLite;

    internal UdpSocket(NetworkStack stack, IInode inode, SocketFamily family, uint uid, bool isLite = false)
        : base(stack, inode, family, uid) => this.isLite = isLite;

    /// <inheritdoc/>
    public override SocketKind Kind => SocketKind.Datagram;

    /// <inheritdoc/>
    public override int Protocol => isLite ? IPPROTO_UDPLITE : IPPROTO_UDP;

    /// <inheritdoc/>
    public override SocketName? PeerName => RemotePort == 0 ? null : SocketName.OfInet(Family, Remote, RemotePort);

    private protected override bool HasPeer => RemotePort != 0;

    private protected override ushort ShownPeerPort => RemotePort;

    private protected override PortTable Ports => PortsOf(Stack);

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
    public override bool Knows(SocketOption option) => base.Knows(option) || option is >= SocketOption.UdpCork and < SocketOption.NetlinkPacketInfo;

    /// <inheritdoc/>
    public override Errno SetOption(SocketOption option, int value)
    {
        Errno e = base.SetOption(option, value);
        if (e == 0 && value == 0 && option == SocketOption.UdpCork)
            return FlushCorked();
        return e;
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
        // Linux counts it as received when somebody has read it.
        Stack.Counts.DatagramReceived(datagram.From.IsV4, datagram.Length);
        if (Queue.Deliver(datagram))
            return;
        Count(ProtocolCount.UdpRcvbufErrors);
        Count(ProtocolCount.UdpInErrors);
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
        Errno e = Stack.FindRoute(address, out route, DeviceTo(address, to));
        return e == 0 && !Stack.Permits(route, IPPROTO_UDP, address, to.Port) ? Errno.EACCES : e;
    }
}
