namespace Zonix.Host.Sockets;

/// <summary>What a socket of the host speaks.</summary>
public enum HostSocketKind
{
    /// <summary>TCP.</summary>
    Stream,

    /// <summary>UDP.</summary>
    Datagrams,

    /// <summary>ICMP or ICMPv6, echoes alone; the host may refuse it. icmp(7), ping_group_range.</summary>
    Echo,
}
