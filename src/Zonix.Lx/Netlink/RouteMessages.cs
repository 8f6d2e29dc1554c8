using System.Buffers.Binary;
using Zonix.Kernel.Sockets;

namespace Zonix.Lx.Netlink;

/// <summary>RTM_NEWROUTE and RTM_NEWRULE. rtnetlink(7), struct rtmsg; ip-rule(8).</summary>
internal static class RouteMessages
{
    private const int RTM_NEWROUTE = 24, RTM_NEWRULE = 32, StructureSize = 12;
    private const int RTA_DST = 1, RTA_OIF = 4, RTA_GATEWAY = 5, RTA_PRIORITY = 6, RTA_PREFSRC = 7, RTA_CACHEINFO = 12, RTA_TABLE = 15;
    private const int FRA_PRIORITY = 6, FRA_SUPPRESS_PREFIXLEN = 14, FRA_TABLE = 15;
    private const byte AF_INET = 2, AF_INET6 = 10, RT_TABLE_DEFAULT = 253, RT_TABLE_MAIN = 254, RT_TABLE_LOCAL = 255, FR_ACT_TO_TBL = 1;
    private const byte RTPROT_KERNEL = 2, RTPROT_BOOT = 3, RT_SCOPE_LINK = 253, RT_SCOPE_HOST = 254;
    private const int MainPriority = 32766, DefaultPriority = 32767, V6KernelMetric = 256;

    internal static Errno Answer(INetworkStack network, int family, in NetlinkRequest request, NetlinkWriter answer)
    {
        if (!request.IsDump)
            return Look(network, request, answer);
        foreach (NetworkRoute route in network.Routes)
        {
            if (family == 0 || (family == AF_INET) == route.Destination.IsV4)
                Put(answer, route, NetlinkFlags.NLM_F_MULTI);
        }
        return 0;
    }

    internal static void DumpRules(NetlinkWriter answer, byte family)
    {
        PutRule(answer, family, 0, RT_TABLE_LOCAL);
        PutRule(answer, family, MainPriority, RT_TABLE_MAIN);
        if (family == AF_INET)
            PutRule(answer, family, DefaultPriority, RT_TABLE_DEFAULT);
    }

    // "ip route get": the way to one address.
    private static Errno Look(INetworkStack network, in NetlinkRequest request, NetlinkWriter answer)
    {
        ReadOnlySpan<byte> text = request.Attribute(StructureSize, RTA_DST);
        if (request.Body.Length < StructureSize || text.Length is not (4 or 16))
            return Errno.EINVAL;
        IpAddress to = text.Length == 4 ? IpAddress.ReadV4(text) : IpAddress.ReadV6(text);
        foreach (NetworkRoute route in network.Routes)
        {
            if (!to.IsIn(route.Destination, route.Prefix))
                continue;
            IpAddress? source = route.Source ?? network.Interfaces.First(one => one.Index == route.Interface).Addresses
                .Where(one => one.Address.IsV4 == to.IsV4).Select(static one => (IpAddress?)one.Address).FirstOrDefault();
            int full = to.IsV4 ? 32 : 128;
            Put(answer, route with { Destination = to, Prefix = full, Source = source }, 0, RT_TABLE_MAIN);
            return 0;
        }
        return Errno.ENETUNREACH;
    }

    private static void Put(NetlinkWriter answer, in NetworkRoute route, NetlinkFlags flags, byte table = 0)
    {
        bool isV4 = route.Destination.IsV4, isMain = route.Kind is RouteKind.Unicast or RouteKind.Unreachable or RouteKind.Blackhole or RouteKind.Prohibit;
        if (table == 0)
            table = isMain ? RT_TABLE_MAIN : RT_TABLE_LOCAL;
        Span<byte> head = answer.Begin(RTM_NEWROUTE, StructureSize, flags);
        head[0] = isV4 ? AF_INET : AF_INET6;
        head[1] = (byte)route.Prefix;
        head[4] = table;
        head[5] = route.Gateway is null ? RTPROT_KERNEL : RTPROT_BOOT;
        head[6] = route.Gateway is not null || !isV4 ? (byte)0 : route.Kind == RouteKind.Local ? RT_SCOPE_HOST : RT_SCOPE_LINK;
        head[7] = (byte)route.Kind;
        answer.Put(RTA_TABLE, (uint)table);
        if (route.Prefix > 0)
            answer.Put(RTA_DST, route.Destination);
        if (route.Metric != 0 || !isV4)
            answer.Put(RTA_PRIORITY, route.Metric != 0 ? (uint)route.Metric : route.Kind == RouteKind.Local ? 0u : V6KernelMetric);
        if (route.Source is { } source)
            answer.Put(RTA_PREFSRC, source);
        if (route.Gateway is { } gateway)
            answer.Put(RTA_GATEWAY, gateway);
        answer.Put(RTA_OIF, (uint)route.Interface);
        if (!isV4)
        {
            Span<byte> cache = stackalloc byte[32];
            cache.Clear();
            answer.Put(RTA_CACHEINFO, cache);
        }
        answer.End();
    }

    private static void PutRule(NetlinkWriter answer, byte family, int priority, byte table)
    {
        Span<byte> head = answer.Begin(RTM_NEWRULE, StructureSize, NetlinkFlags.NLM_F_MULTI);
        head[0] = family;
        head[4] = table;
        head[7] = FR_ACT_TO_TBL;
        answer.Put(FRA_TABLE, (uint)table);
        answer.Put(FRA_SUPPRESS_PREFIXLEN, uint.MaxValue);
        if (priority != 0)
            answer.Put(FRA_PRIORITY, (uint)priority);
        answer.End();
    }
}
