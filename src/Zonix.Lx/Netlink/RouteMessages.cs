using System.Buffers.Binary;
using Zonix.Kernel.Sockets;

namespace Zonix.Lx.Netlink;

/// <summary>RTM_NEWROUTE and RTM_NEWRULE. rtnetlink(7), struct rtmsg; ip-rule(8).</summary>
internal static class RouteMessages
{
    private const int RTM_NEWROUTE = 24, RTM_DELROUTE = 25, RTM_NEWRULE = 32, StructureSize = 12;
    private const int RTA_DST = 1, RTA_OIF = 4, RTA_GATEWAY = 5, RTA_PRIORITY = 6, RTA_PREFSRC = 7, RTA_CACHEINFO = 12, RTA_TABLE = 15, RTA_UID = 25;
    private const int FRA_PRIORITY = 6, FRA_SUPPRESS_PREFIXLEN = 14, FRA_TABLE = 15;
    private const byte AF_INET = 2, AF_INET6 = 10, RT_TABLE_DEFAULT = 253, RT_TABLE_MAIN = 254, RT_TABLE_LOCAL = 255, FR_ACT_TO_TBL = 1;
    private const byte RT_SCOPE_LINK = 253, RT_SCOPE_HOST = 254, RTPROT_UNSPEC = 0;
    private const uint RTM_F_CLONED = 0x200;
    private const int MainPriority = 32766, DefaultPriority = 32767, V6KernelMetric = 256;

    internal static Errno Answer(INetworkStack network, int family, in NetlinkRequest request, NetlinkWriter answer)
    {
        if (!request.IsDump)
            return Look(network, request, answer);
        foreach (NetworkRoute route in InOrder(network.Routes))
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

    /// <summary>
    /// Routes as Linux lists them: tables one after the other, of version 4 by address and the narrower network first, of version 6 what is
    /// within a network before the network itself.
    /// </summary>
    internal static IEnumerable<NetworkRoute> InOrder(IEnumerable<NetworkRoute> routes) => routes
        .OrderBy(static route => route.Destination.IsV4 ? 0 : 1).ThenBy(static route => route.Table)
        .ThenBy(static route => route.Destination.IsV4 ? route.Destination.Bits : route.Destination.Bits | (route.Prefix == 0 ? UInt128.MaxValue : (UInt128.One << (128 - route.Prefix)) - 1))
        .ThenByDescending(static route => route.Prefix).ThenBy(static route => route.Metric);

    // "ip route get": the way to one address.
    private static Errno Look(INetworkStack network, in NetlinkRequest request, NetlinkWriter answer)
    {
        ReadOnlySpan<byte> text = request.Attribute(StructureSize, RTA_DST);
        if (request.Body.Length < StructureSize || text.Length is not (4 or 16))
            return Errno.EINVAL;
        IpAddress to = text.Length == 4 ? IpAddress.ReadV4(text) : IpAddress.ReadV6(text);
        int device = request.Number(StructureSize, RTA_OIF) ?? 0;
        foreach (NetworkRoute route in network.Routes)
        {
            if (!to.IsIn(route.Destination, route.Prefix) || !route.IsLookedUp || (device != 0 && route.Interface != device && route.Interface != 0))
                continue;
            if (Refusal(route.Kind) is var refused and not 0)
                return refused;
            IpAddress? source = route.Source ?? network.Interfaces.First(one => one.Index == route.Interface).Addresses
                .Where(one => one.Address.IsV4 == to.IsV4).Select(static one => (IpAddress?)one.Address).FirstOrDefault();
            int full = to.IsV4 ? 32 : 128;
            int through = route.Kind == RouteKind.Local ? 1 : route.Interface;
            if (route.Kind == RouteKind.Local)
                source = to;
            Put(answer, route with { Destination = to, Prefix = full, Source = source, Interface = through, Metric = 0 }, 0, request.Task.Credentials.Uid);
            return 0;
        }
        return Errno.ENETUNREACH;
    }

    private static Errno Refusal(RouteKind kind) => kind switch
    {
        RouteKind.Blackhole => Errno.EINVAL,
        RouteKind.Prohibit => Errno.EACCES,
        RouteKind.Unreachable => Errno.EHOSTUNREACH,
        _ => 0,
    };

    /// <summary>A route, or with <paramref name="lookedUpBy"/> what one address led to.</summary>
    internal static void Put(NetlinkWriter answer, in NetworkRoute route, NetlinkFlags flags, uint? lookedUpBy = null, bool isGone = false)
    {
        bool isV4 = route.Destination.IsV4, isOne = lookedUpBy is not null;
        uint table = isOne ? RT_TABLE_MAIN : route.Table;
        Span<byte> head = answer.Begin(isGone ? RTM_DELROUTE : RTM_NEWROUTE, StructureSize, flags);
        head[0] = isV4 ? AF_INET : AF_INET6;
        head[1] = (byte)route.Prefix;
        head[4] = table <= byte.MaxValue ? (byte)table : (byte)252;
        head[5] = isOne && isV4 ? RTPROT_UNSPEC : route.Protocol;
        head[6] = route.Gateway is not null || !isV4 || isOne || route.Interface == 0 ? (byte)0 : route.Kind == RouteKind.Local ? RT_SCOPE_HOST : RT_SCOPE_LINK;
        head[7] = (byte)route.Kind;
        if (isOne && isV4)
            BinaryPrimitives.WriteUInt32LittleEndian(head[8..], RTM_F_CLONED);
        answer.Put(RTA_TABLE, table);
        if (route.Prefix > 0)
            answer.Put(RTA_DST, route.Destination);
        if (route.Metric != 0 || !isV4)
            answer.Put(RTA_PRIORITY, route.Metric != 0 ? (uint)route.Metric : route.Kind == RouteKind.Local ? 0u : V6KernelMetric);
        if (route.Source is { } source)
            answer.Put(RTA_PREFSRC, source);
        if (route.Gateway is { } gateway)
            answer.Put(RTA_GATEWAY, gateway);
        if (route.Interface != 0)
            answer.Put(RTA_OIF, (uint)route.Interface);
        if (lookedUpBy is { } uid)
            answer.Put(RTA_UID, uid);
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
