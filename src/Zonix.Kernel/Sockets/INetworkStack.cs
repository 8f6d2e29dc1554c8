using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Sockets;

/// <summary>The network of a zone: its interfaces, addresses, routes and ports, and the sockets over them. Any thread.</summary>
public interface INetworkStack : INetworkControl
{
    /// <summary>Makes a socket of Inet, Inet6 or Packet. EAFNOSUPPORT, ESOCKTNOSUPPORT, EPROTONOSUPPORT, EPERM, EACCES.</summary>
    Errno Create(KernelTask task, IInode inode, SocketFamily family, SocketKind kind, int protocol, out ISocket? socket);

    /// <summary>Its interfaces, by index.</summary>
    IReadOnlyList<NetworkInterface> Interfaces { get; }

    /// <summary>Where its packets go; the closer a route is to an address, the earlier it stands.</summary>
    IReadOnlyList<NetworkRoute> Routes { get; }

    /// <summary>The sockets of Inet and Inet6 that there are now, and connections that linger in TIME_WAIT.</summary>
    IReadOnlyList<InetSocketState> Sockets { get; }

    /// <summary>
    /// What its protocols have counted, by protocol and counter as /proc/net/snmp, netstat and snmp6 of Linux name them ("TcpActiveOpens",
    /// "Udp6InDatagrams"). What is not there is never counted.
    /// </summary>
    IReadOnlyDictionary<string, long> ProtocolCounts { get; }

    /// <summary>Its packet sockets.</summary>
    IReadOnlyList<IPacketSocket> PacketSockets { get; }

    /// <summary>The groups, from the first number to the last, whose members may make ping sockets; none, when the first is greater. net.ipv4.ping_group_range.</summary>
    (uint First, uint Last) PingGroups { get; set; }
}
