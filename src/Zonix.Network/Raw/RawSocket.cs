using Zonix.Kernel.Bpf;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;
using Zonix.Network.Udp;

namespace Zonix.Network.Raw;

/// <summary>
/// A raw socket: it hears all packets of a protocol that are for the zone, whoever else takes them, and sends packets whose content, and
/// with IP_HDRINCL whose head, is its own. raw(7).
/// </summary>
internal sealed partial class RawSocket : MessageSocket, IRawSocket
{
    private const int IPPROTO_ICMP = 1, IPPROTO_ICMPV6 = 58, IPPROTO_RAW = 255;
    private bool isConnected;

    internal RawSocket(NetworkStack stack, IInode inode, SocketFamily family, int protocol, uint uid)
        : base(stack, inode, family, uid)
    {
        Protocol = protocol;
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

    private protected override bool HasPeer => isConnected;

    private protected override SocketName ShownName => SocketName.OfInet(Family, Local, (ushort)Protocol);

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
        Queue.Deliver(datagram);
    }

    /// <inheritdoc/>
    public override Errno Bind(KernelTask task, in SocketName name) =>
        base.Bind(task, SocketName.OfInet(name.Family, name.Address, 0, name.Interface, name.FlowInfo));

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
    public override Errno SetOption(SocketOption option, int value)
    {
        switch (option)
        {
            // RFC 3542: that of ICMPv6 is the kernel's.
            case SocketOption.V6CheckSum when Protocol == IPPROTO_ICMPV6:
                return Errno.EINVAL;
            // The checksum lies at an even place.
            case SocketOption.V6CheckSum when value > 0 && (value & 1) != 0:
                return Errno.EINVAL;
        }
        return base.SetOption(option, value);
    }

    /// <inheritdoc/>
    public override void Close()
    {
        Stack.Raw.Remove(this);
        base.Close();
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
