namespace Zonix.Kernel.Sockets;

/// <summary>A way for packets. rtnetlink(7), route(8).</summary>
/// <param name="Destination">The network it leads to.</param>
/// <param name="Prefix">How many of its first bits count.</param>
/// <param name="Gateway">Who passes packets on; null: the network itself is behind the interface.</param>
/// <param name="Interface">The interface's index; 0: none, packets go nowhere.</param>
/// <param name="Source">The address that own packets get; null: any of the interface.</param>
/// <param name="Kind">What becomes of packets.</param>
/// <param name="Metric">Of two ways to one network the lower is taken.</param>
public readonly record struct NetworkRoute(
    IpAddress Destination, int Prefix, IpAddress? Gateway, int Interface, IpAddress? Source, RouteKind Kind = RouteKind.Unicast, int Metric = 0)
{
    private const uint RT_TABLE_DEFAULT = 253, RT_TABLE_MAIN = 254, RT_TABLE_LOCAL = 255;
    private const byte RTPROT_KERNEL = 2, RTPROT_BOOT = 3;
    private readonly uint table;
    private readonly byte protocol;

    /// <summary>The table it is in. ip-rule(8).</summary>
    public uint Table
    {
        get => table != 0 ? table : Kind is RouteKind.Local or RouteKind.Broadcast or RouteKind.Multicast ? RT_TABLE_LOCAL : RT_TABLE_MAIN;
        init => table = value;
    }

    /// <summary>Who has made it, rtm_protocol.</summary>
    public byte Protocol
    {
        get => protocol != 0 ? protocol : Gateway is null ? RTPROT_KERNEL : RTPROT_BOOT;
        init => protocol = value;
    }

    /// <summary>Whether packets go by it: no rule names other tables.</summary>
    public bool IsLookedUp => Table is RT_TABLE_DEFAULT or RT_TABLE_MAIN or RT_TABLE_LOCAL;
}
