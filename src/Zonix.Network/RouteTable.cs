namespace Zonix.Network;

/// <summary>The routes of a stack. rtnetlink(7); ip-route(8).</summary>
internal static class RouteTable
{
    /// <summary>The routes that come with all addresses of an interface.</summary>
    internal static IEnumerable<NetworkRoute> Of(NetworkInterface one) => one.Addresses.SelectMany(own => Of(one, own));

    /// <summary>The routes that come with an address of an interface.</summary>
    internal static IEnumerable<NetworkRoute> Of(NetworkInterface one, InterfaceAddress own)
    {
        IpAddress network = own.Address.Mask(own.Prefix);
        if (own.Address.IsV4)
        {
            if (one.IsLoopback)
                yield return new NetworkRoute(network, own.Prefix, null, one.Index, own.Address, RouteKind.Local);
            else if (own.Prefix < 32)
                yield return new NetworkRoute(network, own.Prefix, null, one.Index, own.Address);
            yield return new NetworkRoute(own.Address, 32, null, one.Index, own.Address, RouteKind.Local);
            if (own.Prefix < 31)
            {
                var everybody = IpAddress.V4(own.Address.V4Bits | (uint.MaxValue >> own.Prefix));
                yield return new NetworkRoute(everybody, 32, null, one.Index, own.Address, RouteKind.Broadcast);
            }
            yield break;
        }
        if (own.Prefix < 128)
            yield return new NetworkRoute(network, own.Prefix, null, one.Index, null);
        yield return new NetworkRoute(own.Address, 128, null, one.Index, null, RouteKind.Local);
    }

    /// <summary>Routes in the order in which they are looked at: the closest first, then the lowest metric, then as they were added.</summary>
    internal static NetworkRoute[] Sort(IEnumerable<NetworkRoute> routes) =>
        [.. routes.OrderByDescending(static route => route.Destination.IsV4 ? route.Prefix + 96 : route.Prefix).ThenBy(static route => route.Metric)];

    /// <summary>Whether two routes cannot both be there: they lead to one network, in one table, with one metric.</summary>
    internal static bool IsSame(in NetworkRoute one, in NetworkRoute other) =>
        one.Destination == other.Destination && one.Prefix == other.Prefix && one.Table == other.Table && one.Metric == other.Metric;
}
