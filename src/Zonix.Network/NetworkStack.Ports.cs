using Zonix.Network.Fabric;
using Zonix.Network.Raw;
using Zonix.Network.Tcp;
using Zonix.Network.Udp;

namespace Zonix.Network;

/// <content>Being on networks, and what comes in from them.</content>
public sealed partial class NetworkStack
{
    private const InterfaceFlags WireFlags =
        InterfaceFlags.IFF_UP | InterfaceFlags.IFF_BROADCAST | InterfaceFlags.IFF_RUNNING | InterfaceFlags.IFF_MULTICAST | InterfaceFlags.IFF_LOWER_UP;

    /// <summary>The zone's places on networks.</summary>
    public IReadOnlyList<NetworkPort> Ports => tables.Ports;

    /// <summary>Makes an interface that is on a network. EADDRINUSE: somebody has an address; EEXIST: there is an interface of that name.</summary>
    public Errno Attach(ZoneNetwork network, NetworkAttachment how, out NetworkPort? port)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(how);
        port = null;
        lock (change)
        {
            if (tables.Interfaces.Any(one => one.Name == how.InterfaceName))
                return Errno.EEXIST;
            var made = new NetworkInterface(++lastIndex, how.InterfaceName, how.Mtu, WireFlags, how.HardwareAddress) { Kind = "veth" };
            var place = new NetworkPort(network, this, made, how.Names);
            foreach (InterfaceAddress address in how.Addresses.Append(LinkLocalOf(how.HardwareAddress)))
            {
                if (!network.Grant(address.Address, place))
                {
                    network.Remove(place);
                    return Errno.EADDRINUSE;
                }
                made.Add(address);
            }
            network.Add(place);
            IEnumerable<NetworkRoute> defaults = how.IsPrimary && !network.IsInternal ? DefaultsOf(network, made) : [];
            tables = new StackTables([.. tables.Interfaces, made], [.. tables.Ports, place], [.. tables.Routes, .. RouteTable.Of(made), .. defaults]);
            port = place;
        }
        NetworkInterface wire = port.Interface;
        Tell([new NetworkChange(false, wire), .. wire.Addresses.Select(own => new NetworkChange(false, wire, own))]);
        return 0;
    }

    /// <summary>Takes an interface off its network, and away. Connections by it are reset.</summary>
    public void Detach(NetworkPort port)
    {
        ArgumentNullException.ThrowIfNull(port);
        List<NetworkChange> news = [];
        lock (change)
        {
            if (!tables.Ports.Contains(port))
                return;
            port.Network.Remove(port);
            RemoveLocked(port.Interface, news);
        }
        foreach (InetSocket one in Tcp.Snapshot())
        {
            if (one is TcpSocket socket && socket.RemotePort != 0 && port.Interface.Addresses.Any(own => own.Address == socket.Local))
                socket.Break();
        }
        port.Network.Gateway?.Detached(port);
        Tell(news);
    }

    /// <summary>
    /// Opens a connection to a listener of the zone from beyond the machine: with 0, <paramref name="end"/> is connected. ECONNREFUSED:
    /// nobody listens; EAGAIN: too many wait there.
    /// </summary>
    internal Errno Open(NetworkPort port, TcpEnd end, IpAddress to, ushort toPort, IpAddress from, ushort fromPort) =>
        Tcp.Find(to, toPort, from, fromPort, port.Interface.Index) is TcpSocket listener
            ? listener.Take(end, to, toPort, from, fromPort)
            : Errno.ECONNREFUSED;

    /// <summary>A datagram of UDP came in from beyond the machine. False: nobody has the port.</summary>
    internal bool ReceiveDatagram(NetworkPort port, in DatagramHead head, ReadOnlySpan<byte> data)
    {
        port.Interface.Counters.CountReceived(data.Length);
        if (Udp.Find(head.To, head.ToPort, head.From, head.FromPort, port.Interface.Index) is not UdpSocket receiver)
        {
            Counts.DatagramReceived(head.To.IsV4, data.Length);
            Counts.Add(ProtocolCounters.OfDatagrams(ProtocolCount.UdpNoPorts, head.To.IsV4, isLite: false));
            return false;
        }
        var datagram = new Datagram(data.Length)
        {
            From = head.From, FromPort = head.FromPort, Place = new PacketPlace(port.Interface.Index, head.To, head.To),
            HopLimit = head.HopLimit, TrafficClass = head.TrafficClass,
        };
        data.CopyTo(datagram.Data);
        receiver.Deliver(datagram);
        return true;
    }

    /// <summary>A datagram that the zone sent was not delivered; <paramref name="head"/> and <paramref name="data"/> are the datagram's.</summary>
    internal void ReceiveUnreachable(NetworkPort port, in DatagramHead head, ReadOnlySpan<byte> data, in PacketError why)
    {
        if (Udp.Find(head.From, head.FromPort, head.To, head.ToPort, port.Interface.Index) is UdpSocket sender)
            sender.Report(why, data, head.To, head.ToPort);
    }

    /// <summary>A message of ICMP or ICMPv6 came in from beyond the machine, for raw and ping sockets.</summary>
    internal void ReceiveIcmp(NetworkPort port, IpAddress from, IpAddress to, ReadOnlySpan<byte> message, int hops)
    {
        var head = new IpHead(from, to, to.IsV4 ? IcmpMessage.Icmp : IcmpMessage.Icmp6, hops);
        IpPacket packet = IpPacket.Make(head, message.Length, NextIdentification(), out Span<byte> carried);
        message.CopyTo(carried);
        ReceivePacket(port.Interface, packet);
    }

    // RFC 4291, appendix A.
    private static InterfaceAddress LinkLocalOf(byte[] hardware)
    {
        ReadOnlySpan<byte> h = hardware;
        Span<byte> bytes = [0xFE, 0x80, 0, 0, 0, 0, 0, 0, (byte)(h[0] ^ 2), h[1], h[2], 0xFF, 0xFE, h[3], h[4], h[5]];
        return new InterfaceAddress(IpAddress.ReadV6(bytes), 64);
    }

    private static IEnumerable<NetworkRoute> DefaultsOf(ZoneNetwork network, NetworkInterface through)
    {
        if (network.V4 is { Gateway: { IsAny: false } v4 })
            yield return new NetworkRoute(IpAddress.AnyV4, 0, v4, through.Index, null);
        if (network.V6 is { Gateway: { IsAny: false } v6 })
            yield return new NetworkRoute(IpAddress.Any, 0, v6, through.Index, null, Metric: 1024);
    }
}
