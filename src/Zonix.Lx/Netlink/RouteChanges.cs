using System.Buffers.Binary;
using Zonix.Kernel.Sockets;

namespace Zonix.Lx.Netlink;

/// <summary>RTM_NEWROUTE, RTM_DELROUTE. rtnetlink(7), struct rtmsg.</summary>
internal static class RouteChanges
{
    private const int StructureSize = 12, V6UserMetric = 1024;
    private const int RTA_DST = 1, RTA_OIF = 4, RTA_GATEWAY = 5, RTA_PRIORITY = 6, RTA_PREFSRC = 7, RTA_MULTIPATH = 9, RTA_TABLE = 15, RTA_VIA = 18;
    private const int RTA_ENCAP = 22, RTA_NH_ID = 30;

    internal static Errno Add(INetworkStack network, in NetlinkRequest request, NetlinkWriter answer)
    {
        Errno e = Read(request, answer, out NetworkRoute route);
        if (e != 0)
            return e;
        if (!route.Destination.IsV4 && route.Metric == 0)
            route = route with { Metric = V6UserMetric };
        NetlinkFlags flags = request.Header.Flags;
        RouteEntry how = ((flags & NetlinkFlags.NLM_F_CREATE) != 0 ? RouteEntry.Create : 0) | ((flags & NetlinkFlags.NLM_F_EXCL) != 0 ? RouteEntry.Exclusive : 0) |
            ((flags & NetlinkFlags.NLM_F_REPLACE) != 0 ? RouteEntry.Replace : 0) | ((flags & NetlinkFlags.NLM_F_APPEND) != 0 ? RouteEntry.Append : 0);
        e = network.AddRoute(route, how);
        return e switch
        {
            Errno.ENETUNREACH => answer.Complain(e, "Nexthop has invalid gateway"),
            Errno.ENETDOWN => answer.Complain(e, "Device for nexthop is not up"),
            Errno.EINVAL when route.Source is not null => answer.Complain(e, "Invalid prefsrc address"),
            _ => e,
        };
    }

    internal static Errno Remove(INetworkStack network, in NetlinkRequest request, NetlinkWriter answer)
    {
        Errno e = Read(request, answer, out NetworkRoute route);
        return e != 0 ? e : network.RemoveRoute(route, hasKind: request.Body[7] != 0);
    }

    private static Errno Read(in NetlinkRequest request, NetlinkWriter answer, out NetworkRoute route)
    {
        route = default;
        if (request.Body.Length < StructureSize)
            return Errno.EINVAL;
        byte family = request.Body[0], kind = request.Body[7];
        if (family is not (NetlinkAddress.AF_INET or NetlinkAddress.AF_INET6))
            return Errno.EOPNOTSUPP;
        foreach (int refused in (ReadOnlySpan<int>)[RTA_MULTIPATH, RTA_VIA, RTA_ENCAP, RTA_NH_ID])
        {
            if (request.Attribute(StructureSize, refused).Length > 0)
                return answer.Complain(Errno.EOPNOTSUPP, "routes have one gateway of their own family");
        }
        if (request.Body[2] != 0)
            return answer.Complain(Errno.EINVAL, "routes by source are not supported");
        IpAddress to = NetlinkAddress.AnyOf(family);
        ReadOnlySpan<byte> text = request.Attribute(StructureSize, RTA_DST);
        if ((text.Length > 0 && !NetlinkAddress.TryRead(family, text, out to)) || request.Body[1] > (family == NetlinkAddress.AF_INET ? 32 : 128))
            return answer.Complain(Errno.EINVAL, "Invalid prefix for given prefix length");
        if (to.Mask(request.Body[1]) != to && !(request.Body[1] == 0 && to.IsAny))
            return answer.Complain(Errno.EINVAL, "Invalid prefix for given prefix length");
        IpAddress? gateway = null, source = null;
        if (request.Attribute(StructureSize, RTA_GATEWAY) is { Length: > 0 } way)
        {
            if (!NetlinkAddress.TryRead(family, way, out IpAddress found))
                return Errno.EINVAL;
            gateway = found.IsAny ? null : found;
        }
        if (request.Attribute(StructureSize, RTA_PREFSRC) is { Length: > 0 } own)
        {
            if (!NetlinkAddress.TryRead(family, own, out IpAddress found))
                return Errno.EINVAL;
            source = found.IsAny ? null : found;
        }
        if (kind != 0 && !Enum.IsDefined((RouteKind)kind))
            return Errno.EINVAL;
        int table = request.Number(StructureSize, RTA_TABLE) ?? request.Body[4];
        route = new NetworkRoute(to, request.Body[1], gateway, request.Number(StructureSize, RTA_OIF) ?? 0, source, kind == 0 ? RouteKind.Unicast : (RouteKind)kind,
            request.Number(StructureSize, RTA_PRIORITY) ?? 0)
        { Table = (uint)table, Protocol = request.Body[5] };
        return 0;
    }
}
