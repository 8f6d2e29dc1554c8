using Zonix.Kernel.Bpf;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;
using Zonix.Network.Udp;

namespace Zonix.Network.Raw;

/// <summary>
/// A raw socket: it hears all packets of a protocol that are for the zone, whoever else takes them, and sends packets whose content, and
/// with IP_HDRINCL whose head, is its own. raw(7).
/// </summary>
internal sealed partial class RawSocket : InetSocket, IRawSocket
{
    private const int IPPROTO_ICMP = 1, IPPROTO_ICMPV6 = 58, IPPROTO_RAW = 255;
    private const uint FIONREAD = 0x541B, TIOCOUTQ = 0x5411;
    private readonly DatagramQueue queue;
    private bool isConnected;

    internal RawSocket(NetworkStack stack, IInode inode, SocketFamily family, int protocol, uint uid)
        : base(stack, inode, family, uid, null)
    {
        Protocol = protocol;
        queue = new DatagramQueue(this, stack.Buffers);
        if (protocol == IPPROTO_RAW)
            Settings[SocketOption.HeaderIncluded] = 1;
        // Who is told of nothing has offered nothing: a raw socket of version 6 gets no checksum written unless it asks. RFC 3542.
        Settings[SocketOption.V6CheckSum] = protocol == IPPROTO_ICMPV6 ? ChecksumInIcmp : -1;
        stack.Raw.Add(this);
    }

    /// <inheritdoc/>
    public override SocketKind Kind => SocketKind.Raw;

    /// <inheritdoc/>
    public override int Protocol { get; }

    /// <inheritdoc/>
    public uint IcmpFilter { get; set; }

    /// <inheritdoc/>
    public byte[]? Icmp6Filter { get; set; }

    /// <inheritdoc/>
    public override SocketName? PeerName => isConnected && RemotePort != 0 ? SocketName.OfInet(Family, Remote, RemotePort) : null;

    /// <inheritdoc/>
    internal override InetSocketState? State
    {
        get
        {
            Inode.GetAttributes(out InodeAttributes attributes);
            return new InetSocketState(
                this, Family, Protocol, SocketName.OfInet(Family, Local, (ushort)Protocol), SocketName.OfInet(Family, isConnected ? Remote : Wildcard, 0),
                isConnected ? TcpState.Established : TcpState.Close, 0, queue.Charged, Uid, attributes.Inode, 0, queue.Dropped);
        }
    }

    private protected override PortTable? Ports => null;

    private bool IsHeaderIncluded => Settings.IsOn(SocketOption.HeaderIncluded);

    /// <summary>Whether it hears a packet that came in by an interface.</summary>
    internal bool Matches(in IpHead head, int interfaceIndex) =>
        head.Protocol == Protocol && head.To.IsV4 == (Family == SocketFamily.Inet) && (Local.IsAny || Local == head.To) &&
        (!isConnected || Remote == head.From) && (DeviceIndex == 0 || DeviceIndex == interfaceIndex) &&
        (!head.To.IsMulticast || IsMember(head.To, interfaceIndex));

    /// <summary>Gives it a packet, unless its filters do not let it in.</summary>
    internal void Deliver(NetworkInterface by, IpPacket packet, in IpHead head)
    {
        ReadOnlySpan<byte> carried = packet.Bytes[head.Size..head.TotalLength];
        if (IsFiltered(carried))
            return;
        // Version 4 shows its head, version 6 does not.
        ReadOnlySpan<byte> shown = head.To.IsV4 ? packet.Bytes[..head.TotalLength] : carried;
        if (Settings.Filter is { } filter)
        {
            uint kept = filter.Run(new PacketData(shown, 0, new PacketFacts(packet.Protocol, 0, by.Index, by.HardwareType)));
            if (kept == 0)
                return;
            shown = shown[..(int)Math.Min(kept, (uint)shown.Length)];
        }
        var datagram = new Datagram(shown.Length)
        {
            From = head.From, Place = new PacketPlace(by.Index, head.To, head.To), HopLimit = head.HopLimit, TrafficClass = head.TrafficClass,
        };
        Stack.Stamp(Settings, datagram);
        shown.CopyTo(datagram.Data);
        queue.Deliver(datagram);
    }

    /// <summary>Something that it sent did not arrive.</summary>
    internal void Report(in PacketError why, ReadOnlySpan<byte> data, IpAddress to)
    {
        bool keeps = Settings.IsOn(SocketOption.ReceiveError) || Settings.IsOn(SocketOption.V6ReceiveError);
        if (keeps || isConnected)
            queue.Report(why, data, SocketName.OfInet(Family, to, 0), keeps);
    }

    /// <inheritdoc/>
    public override Errno Bind(KernelTask task, in SocketName name) =>
        base.Bind(task, SocketName.OfInet(name.Family, name.Address, 0, name.Interface, name.FlowInfo));

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
            (Remote, RemotePort, isConnected) = (Wildcard, 0, false);
            if (!HasBoundAddress)
                Local = Wildcard;
            return 0;
        }
        Errno e = Find(to, out IpAddress address, out Route route);
        if (e != 0)
            return e;
        if (Local.IsAny)
            Local = route.Source;
        (Remote, RemotePort, isConnected) = (address, to.Port, true);
        return 0;
    }

    /// <inheritdoc/>
    public override Errno Shutdown(bool reads, bool writes)
    {
        queue.Shut(reads, writes);
        return isConnected ? 0 : Errno.ENOTCONN;
    }

    /// <inheritdoc/>
    public override PollEvents Poll(PollEvents interest) => queue.Poll();

    /// <inheritdoc/>
    public override Errno TakeError() => queue.TakeError();

    /// <inheritdoc/>
    public override Errno SetOption(SocketOption option, int value)
    {
        switch (option)
        {
            case SocketOption.V6CheckSum when Protocol == IPPROTO_ICMPV6 && value != ChecksumInIcmp:
                return Errno.EINVAL;
            // The checksum lies at an even place.
            case SocketOption.V6CheckSum when value > 0 && (value & 1) != 0:
                return Errno.EINVAL;
        }
        Errno e = base.SetOption(option, value);
        if (e == 0 && value == 0 && option is SocketOption.ReceiveError or SocketOption.V6ReceiveError)
            queue.ForgetErrors();
        return e;
    }

    /// <inheritdoc/>
    public override SysResult Control(KernelTask task, uint request, UserAddress argument) => request switch
    {
        FIONREAD => task.Memory.TryWrite(argument, queue.FirstLength) ? 0 : Errno.EFAULT,
        TIOCOUTQ => task.Memory.TryWrite(argument, 0) ? 0 : Errno.EFAULT,
        _ => Errno.ENOTTY,
    };

    /// <inheritdoc/>
    public override void Close()
    {
        LeaveGroups();
        Stack.Raw.Remove(this);
        queue.Close();
    }

    private bool IsFiltered(ReadOnlySpan<byte> carried)
    {
        if (carried.IsEmpty)
            return false;
        byte type = carried[0];
        if (Protocol == IPPROTO_ICMP && Family == SocketFamily.Inet)
            return type < 32 && (IcmpFilter & (1u << type)) != 0;
        return Protocol == IPPROTO_ICMPV6 && Icmp6Filter is { } blocked && (blocked[type / 8] & (1 << (type % 8))) != 0;
    }
}
