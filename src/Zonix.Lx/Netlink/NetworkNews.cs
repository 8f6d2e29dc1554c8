using Zonix.Kernel.Sockets;

namespace Zonix.Lx.Netlink;

/// <summary>Tells who listens to rtnetlink's groups what has changed. rtnetlink(7).</summary>
internal static class NetworkNews
{
    private const int NETLINK_ROUTE = 0, RTNLGRP_LINK = 1, RTNLGRP_IPV4_IFADDR = 5, RTNLGRP_IPV4_ROUTE = 7, RTNLGRP_IPV6_IFADDR = 9, RTNLGRP_IPV6_ROUTE = 11;

    internal static void Tell(NetlinkPorts ports, in NetworkChange change)
    {
        var news = new NetlinkWriter(default, 0);
        int group;
        if (change.Interface is not { } one)
        {
            group = change.Route.Destination.IsV4 ? RTNLGRP_IPV4_ROUTE : RTNLGRP_IPV6_ROUTE;
            if (!ports.HasListener(NETLINK_ROUTE, group))
                return;
            RouteMessages.Put(news, change.Route, 0, isGone: change.IsGone);
        }
        else if (change.Address is { } address)
        {
            group = address.Address.IsV4 ? RTNLGRP_IPV4_IFADDR : RTNLGRP_IPV6_IFADDR;
            if (!ports.HasListener(NETLINK_ROUTE, group))
                return;
            AddressMessages.Put(news, one, address, 0, change.IsGone);
        }
        else
        {
            group = RTNLGRP_LINK;
            if (!ports.HasListener(NETLINK_ROUTE, group))
                return;
            LinkMessages.Put(news, one, 0, change.IsGone);
        }
        ports.Notify(NETLINK_ROUTE, group, news.Finish());
    }
}
