namespace Zonix.Kernel.Sockets;

/// <summary>The name of a socket, of whatever family. getsockname(2).</summary>
public readonly struct SocketName
{
    /// <summary>Its family; Unspecified: there is no name.</summary>
    public SocketFamily Family { get; private init; }

    /// <summary>Of a local socket: a path, or a zero byte and an abstract name; null: it has none. unix(7).</summary>
    public byte[]? Local { get; private init; }

    /// <summary>The address, of Inet and Inet6.</summary>
    public IpAddress Address { get; private init; }

    /// <summary>The port, of Inet and Inet6.</summary>
    public ushort Port { get; private init; }

    /// <summary>The interface a link-local address belongs to, by its index. ipv6(7), sin6_scope_id.</summary>
    public uint Interface { get; private init; }

    /// <summary>sin6_flowinfo, as it lies in the structure.</summary>
    public uint FlowInfo { get; private init; }

    /// <summary>Of Netlink: the number of who is meant; 0 is the kernel.</summary>
    public uint Number { get; private init; }

    /// <summary>Of Netlink: the groups of listeners, a bit each.</summary>
    public uint Groups { get; private init; }

    /// <summary>Of Packet: what it hears, or where a packet came by.</summary>
    public LinkName? Link { get; private init; }

    /// <summary>A name of a local socket.</summary>
    public static SocketName OfLocal(byte[]? name) => new() { Family = SocketFamily.Local, Local = name };

    /// <summary>An address and a port.</summary>
    public static SocketName OfInet(SocketFamily family, IpAddress address, ushort port, uint scope = 0, uint flowInfo = 0) =>
        new() { Family = family, Address = address, Port = port, Interface = scope, FlowInfo = flowInfo };

    /// <summary>A name of netlink.</summary>
    public static SocketName OfNetlink(uint number, uint groups) => new() { Family = SocketFamily.Netlink, Number = number, Groups = groups };

    /// <summary>A name of a packet socket.</summary>
    public static SocketName OfLink(LinkName link) => new() { Family = SocketFamily.Packet, Link = link };
}
