namespace Zonix.Kernel.Sockets;

/// <summary>A way for packets. rtnetlink(7), route(8).</summary>
/// <param name="Destination">The network it leads to.</param>
/// <param name="Prefix">How many of its first bits count.</param>
/// <param name="Gateway">Who passes packets on; null: the network itself is behind the interface.</param>
/// <param name="Interface">The interface's index.</param>
/// <param name="Source">The address that own packets get; null: any of the interface.</param>
/// <param name="Kind">What becomes of packets.</param>
/// <param name="Metric">Of two ways to one network the lower is taken.</param>
public readonly record struct NetworkRoute(
    IpAddress Destination, int Prefix, IpAddress? Gateway, int Interface, IpAddress? Source, RouteKind Kind = RouteKind.Unicast, int Metric = 0);
