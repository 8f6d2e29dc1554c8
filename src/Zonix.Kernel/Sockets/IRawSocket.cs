namespace Zonix.Kernel.Sockets;

/// <summary>A raw socket over IP. raw(7).</summary>
public interface IRawSocket : IInetSocket
{
    /// <summary>The types of ICMP it does not want, a bit each. ICMP_FILTER.</summary>
    uint IcmpFilter { get; set; }

    /// <summary>The types of ICMPv6 it does not want, 256 bits; null: it wants all. RFC 3542, ICMP6_FILTER.</summary>
    byte[]? Icmp6Filter { get; set; }
}
