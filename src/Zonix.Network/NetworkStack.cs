using System.Collections.Concurrent;
using Zonix.Kernel.Tasks;
using Zonix.Network.Tcp;
using Zonix.Network.Udp;

namespace Zonix.Network;

/// <summary>The IP stack of a zone. Without an interface to a network it can talk only with itself.</summary>
public sealed class NetworkStack : INetworkStack
{
    private const int IPPROTO_TCP = 6, IPPROTO_UDP = 17, IPPROTO_UDPLITE = 136, CAP_NET_RAW = 13, LoopbackMtu = 65536;
    private readonly KernelMachine machine;
    private readonly ConcurrentDictionary<IpAddress, int> joined = new();
    private volatile NetworkInterface[] interfaces;

    /// <summary>A stack with the interface lo.</summary>
    public NetworkStack(KernelMachine machine)
    {
        this.machine = machine;
        const InterfaceFlags Flags = InterfaceFlags.IFF_UP | InterfaceFlags.IFF_LOOPBACK | InterfaceFlags.IFF_RUNNING | InterfaceFlags.IFF_LOWER_UP;
        Loopback = new NetworkInterface(1, "lo", LoopbackMtu, Flags, new byte[6]);
        Loopback.Add(new InterfaceAddress(IpAddress.Loopback, 8));
        Loopback.Add(new InterfaceAddress(IpAddress.LoopbackV6, 128));
        interfaces = [Loopback];
    }

    /// <inheritdoc/>
    public IReadOnlyList<NetworkInterface> Interfaces => interfaces;

    /// <inheritdoc/>
    public IReadOnlyList<NetworkRoute> Routes => RouteTable.Of(interfaces);

    /// <inheritdoc/>
    public IReadOnlyList<InetSocketState> Sockets
    {
        get
        {
            List<InetSocketState> all = [];
            foreach (InetSocket one in Tcp.Snapshot().Concat(Udp.Snapshot()).Concat(UdpLite.Snapshot()))
            {
                if (one.State is { } state)
                    all.Add(state);
            }
            Tcp.Waiting.List(all, NowNs);
            return all;
        }
    }

    internal NetworkInterface Loopback { get; }

    internal PortTable Tcp { get; } = new(isTcp: true);

    internal PortTable Udp { get; } = new(isTcp: false);

    internal PortTable UdpLite { get; } = new(isTcp: false);

    internal KernelMachine Machine => machine;

    internal long NowNs => machine.Clock.MonotonicNs;

    /// <inheritdoc/>
    public Errno Create(KernelTask task, IInode inode, SocketFamily family, SocketKind kind, int protocol, out ISocket? socket)
    {
        ArgumentNullException.ThrowIfNull(task);
        socket = null;
        if (family == SocketFamily.Packet)
            return task.Credentials.Has(CAP_NET_RAW) ? Errno.EAFNOSUPPORT : Errno.EPERM;
        uint uid = task.Credentials.FsUid;
        switch (kind)
        {
            case SocketKind.Stream:
                if (protocol is not 0 and not IPPROTO_TCP)
                    return Errno.EPROTONOSUPPORT;
                socket = new TcpSocket(this, inode, family, uid);
                return 0;
            case SocketKind.Datagram:
                if (protocol is not (0 or IPPROTO_UDP or IPPROTO_UDPLITE))
                    return Errno.EPROTONOSUPPORT;
                socket = new UdpSocket(this, inode, family, uid, protocol == IPPROTO_UDPLITE);
                return 0;
            case SocketKind.Raw:
                return protocol is < 0 or > 255 ? Errno.EINVAL : task.Credentials.Has(CAP_NET_RAW) ? Errno.EPROTONOSUPPORT : Errno.EPERM;
            default:
                return Errno.ESOCKTNOSUPPORT;
        }
    }

    /// <summary>Whether an address is one of the zone's own.</summary>
    internal bool HasAddress(IpAddress address) => FindOwn(address) is not null;

    /// <summary>Whether an address stands for everybody on a network.</summary>
    internal bool IsBroadcast(IpAddress address)
    {
        if (!address.IsV4)
            return false;
        if (address == IpAddress.Broadcast)
            return true;
        foreach (NetworkInterface one in interfaces)
        {
            foreach (InterfaceAddress own in one.Addresses)
            {
                if (own.Address.IsV4 && own.Prefix < 31 && address.V4Bits == (own.Address.V4Bits | (uint.MaxValue >> own.Prefix)))
                    return true;
            }
        }
        return false;
    }

    /// <summary>Finds the way to an address. ENETUNREACH.</summary>
    internal Errno FindRoute(IpAddress to, out Route route)
    {
        if (FindOwn(to) is { } own)
        {
            // As on Linux, who talks to any 127.x.y.z is 127.0.0.1.
            IpAddress source = to.IsV4 && to.IsLoopback ? IpAddress.Loopback : to;
            route = new Route(this, own.IsLoopback ? own : Loopback, source);
            return 0;
        }
        if (to.IsMulticast || to == IpAddress.Broadcast)
        {
            NetworkInterface through = interfaces.FirstOrDefault(static one => !one.IsLoopback) ?? Loopback;
            route = new Route(this, through, SourceOn(through, to));
            return through.IsLoopback && to == IpAddress.Broadcast ? Errno.ENETUNREACH : 0;
        }
        route = default;
        return Errno.ENETUNREACH;
    }

    /// <summary>The own address for packets to another one on an interface.</summary>
    internal static IpAddress SourceOn(NetworkInterface through, IpAddress to)
    {
        foreach (InterfaceAddress own in through.Addresses)
        {
            if (own.Address.IsV4 == to.IsV4)
                return own.Address;
        }
        return to.IsV4 ? IpAddress.AnyV4 : IpAddress.Any;
    }

    /// <summary>Bytes of the largest packet to an address.</summary>
    internal int MtuTo(IpAddress address) => FindRoute(address, out Route route) == 0 ? route.Interface.Mtu : Loopback.Mtu;

    /// <summary>Finds the interface for a group: by index, else by address, else the first that is not lo. ENODEV.</summary>
    internal Errno FindInterface(IpAddress group, ref int index, IpAddress address)
    {
        if (index != 0)
        {
            int wanted = index;
            return interfaces.Any(one => one.Index == wanted) ? 0 : Errno.ENODEV;
        }
        if (!address.IsAny)
        {
            if (FindOwn(address) is not { } found)
                return Errno.ENODEV;
            index = found.Index;
            return 0;
        }
        if (FindRoute(group, out Route route) != 0)
            return Errno.ENODEV;
        index = route.Interface.Index;
        return 0;
    }

    /// <summary>A socket has joined a group, or left it.</summary>
    internal void CountGroup(IpAddress group, int change) => joined.AddOrUpdate(group, change, (_, count) => count + change);

    internal bool IsJoined(IpAddress group) => joined.TryGetValue(group, out int count) && count > 0;

    private NetworkInterface? FindOwn(IpAddress address)
    {
        foreach (NetworkInterface one in interfaces)
        {
            foreach (InterfaceAddress own in one.Addresses)
            {
                // The whole of 127.0.0.0/8 is the zone itself.
                if (own.Address == address || (one.IsLoopback && own.Address.IsV4 && address.IsIn(own.Address, own.Prefix)))
                    return one;
            }
        }
        return null;
    }
}
