namespace Zonix.Kernel.Sockets;

/// <summary>What kind of names a socket has; the numbers of socket(2).</summary>
public enum SocketFamily
{
    /// <summary>AF_UNSPEC: no name; connecting to it dissolves a connection.</summary>
    Unspecified = 0,

    /// <summary>AF_UNIX: paths and abstract names.</summary>
    Local = 1,

    /// <summary>AF_INET.</summary>
    Inet = 2,

    /// <summary>AF_INET6.</summary>
    Inet6 = 10,

    /// <summary>AF_NETLINK: numbers of those who talk with the kernel.</summary>
    Netlink = 16,

    /// <summary>AF_PACKET: interfaces.</summary>
    Packet = 17,
}
