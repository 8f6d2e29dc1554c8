using System.Buffers.Binary;
using System.Collections.Concurrent;
using Zonix.Kernel.Tasks;
using Zonix.Network.Packet;
using Zonix.Network.Policy;
using Zonix.Network.Raw;
using Zonix.Network.Tcp;
using Zonix.Network.Udp;

namespace Zonix.Network;

/// <summary>The IP stack of a zone. Without an interface to a network it can talk only with itself.</summary>
public sealed partial class NetworkStack : INetworkStack
{
    private const int IPPROTO_TCP = 6, IPPROTO_UDP = 17, IPPROTO_UDPLITE = 136, CAP_NET_RAW = 13, LoopbackMtu = 65536;
    private readonly KernelMachine machine;
    private readonly ConcurrentDictionary<IpAddress, int> joined = new();
    private readonly Lock change = new();
    private volatile StackTables tables;
    private int lastIndex = 1;

    /// <summary>A stack with the interface lo.</summary>
    public NetworkStack(KernelMachine machine)
    {
        this.machine = machine;
        const InterfaceFlags Flags = InterfaceFlags.IFF_UP | InterfaceFlags.IFF_LOOPBACK | InterfaceFlags.IFF_RUNNING | InterfaceFlags.IFF_LOWER_UP;
        Loopback = new NetworkInterface(1, "lo", LoopbackMtu, Flags, new byte[6]);
        Loopback.Add(new InterfaceAddress(IpAddress.Loopback, 8));
        Loopback.Add(new InterfaceAddress(IpAddress.LoopbackV6, 128));
        tables = new StackTables([Loopback], [], []);
        Access = new NetworkAccess(machine.Clock, NetworkPolicy.Open);
    }

    /// <summary>What the zone may reach by its networks. Flows that are open stay as they are when it is changed.</summary>
    public NetworkAccess Access { get; set; }

    /// <inheritdoc/>
    public IReadOnlyList<NetworkInterface> Interfaces => tables.Interfaces;

    /// <inheritdoc/>
    public IReadOnlyList<NetworkRoute> Routes => tables.Routes;

    /// <inheritdoc/>
    public IReadOnlyList<InetSocketState> Sockets
    {
        get
        {
            List<InetSocketState> all = [];
            foreach (InetSocket one in Tcp.Snapshot().Concat(Udp.Snapshot()).Concat(UdpLite.Snapshot()).Concat(Raw.All).Concat(Ping.Snapshot()).Concat(Ping6.Snapshot()))
            {
                if (one.State is { } state)
                    all.Add(state);
            }
            Tcp.Waiting.List(all, NowNs);
            return all;
        }
    }

    /// <summary>Bytes that may lie in the buffers of its sockets.</summary>
    public long BufferLimit
    {
        get => Buffers.Limit;
        set => Buffers.Limit = value;
    }

    internal BufferAccount Buffers { get; } = new();

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
            return CreatePacketSocket(task, inode, kind, protocol, out socket);
        uint uid = task.Credentials.FsUid;
        switch (kind)
        {
            case SocketKind.Stream:
                if (protocol is not 0 and not IPPROTO_TCP)
                    return Errno.EPROTONOSUPPORT;
                socket = new TcpSocket(this, inode, family, uid);
                return 0;
            case SocketKind.Datagram when protocol == (family == SocketFamily.Inet ? IcmpMessage.Icmp : IcmpMessage.Icmp6):
                if (!MayPing(task.Credentials))
                    return Errno.EACCES;
                socket = new PingSocket(this, inode, family, uid);
                return 0;
            case SocketKind.Datagram:
                if (protocol is not (0 or IPPROTO_UDP or IPPROTO_UDPLITE))
                    return Errno.EPROTONOSUPPORT;
                socket = new UdpSocket(this, inode, family, uid, protocol == IPPROTO_UDPLITE);
                return 0;
            case SocketKind.Raw:
                if (protocol is <= 0 or > 255)
                    return protocol == 0 ? Errno.EPROTONOSUPPORT : Errno.EINVAL;
                if (!task.Credentials.Has(CAP_NET_RAW))
                    return Errno.EPERM;
                socket = new RawSocket(this, inode, family, protocol, uid);
                return 0;
            default:
                return Errno.ESOCKTNOSUPPORT;
        }
    }

    private Errno CreatePacketSocket(KernelTask task, IInode inode, SocketKind kind, int protocol, out ISocket? socket)
    {
        socket = null;
        if (!task.Credentials.Has(CAP_NET_RAW))
            return Errno.EPERM;
        // SOCK_PACKET, Linux 2.0's, has no names of its own kind any more.
        if (kind is not (SocketKind.Raw or SocketKind.Datagram))
            return Errno.ESOCKTNOSUPPORT;
        socket = new PacketSocket(this, inode, kind, BinaryPrimitives.ReverseEndianness((ushort)protocol));
        return 0;
    }

    private bool MayPing(Credentials who)
    {
        (uint first, uint last) = PingGroups;
        return (who.EffectiveGid >= first && who.EffectiveGid <= last) || who.Groups.Any(group => group >= first && group <= last);
    }

    /// <summary>A socket has joined a group, or left it.</summary>
    internal void CountGroup(IpAddress group, int change) => joined.AddOrUpdate(group, change, (_, count) => count + change);

    internal bool IsJoined(IpAddress group) => joined.TryGetValue(group, out int count) && count > 0;
}
