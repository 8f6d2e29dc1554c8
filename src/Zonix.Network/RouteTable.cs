namespace Zonix.Network;

/// <summary>The routes of a stack. rtnetlink(7); ip-route(8).</summary>
internal static class RouteTable
{
    /// <summary>The routes that follow from the addresses of interfaces that are up, and others, the closest first.</summary>
    internal static IEnumerable<NetworkRoute> Of(NetworkInterface[] interfaces, NetworkRoute[] added)
    {
        List<NetworkRoute> routes = [];
        foreach (NetworkInterface one in interfaces)
        {
            if ((one.Flags & InterfaceFlags.IFF_UP) == 0)
                continue;
            foreach (InterfaceAddress own in one.Addresses)
                Add(routes, one, own);
            routes.AddRange(added.Where(route => route.Interface == one.Index));
        }
        routes.AddRange(added.Where(static route => route.Interface == 0));
        return routes.OrderByDescending(static route => route.Destination.IsV4 ? route.Prefix + 96 : route.Prefix).ThenBy(static route => route.Metric);
    }

    private static void Add(List<NetworkRoute> routes, NetworkInterface one, in InterfaceAddress own)
    {
        IpAddress network = own.Address.Mask(own.Prefix);
        if (own.Address.IsV4)
        {
            if (one.IsLoopback)
                routes.Add(new NetworkRoute(network, own.Prefix, null, one.Index, own.Address, RouteKind.Local));
            else if (own.Prefix < 32)
                routes.Add(new NetworkRoute(network, own.Prefix, null, one.Index, own.Address));
            routes.Add(new NetworkRoute(own.Address, 32, null, one.Index, own.Address, RouteKind.Local));
            if (own.Prefix < 31)
            {
                var everybody = IpAddress.V4(own.Address.V4Bits | (uint.MaxValue >> own.Prefix));
                routes.Add(new NetworkRoute(everybody, 32, null, one.Index, own.Address, RouteKind.Broadcast));
            }
            return;
        }
        if (own.Prefix < 128)
            routes.Add(new NetworkRoute(network, own.Prefix, null, one.Index, null));
        routes.Add(new NetworkRoute(own.Address, 128, null, one.Index, null, RouteKind.Local));
    }
}
