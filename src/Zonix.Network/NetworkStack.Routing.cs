using Zonix.Network.Fabric;

namespace Zonix.Network;

/// <content>Where packets go.</content>
public sealed partial class NetworkStack
{
    /// <summary>Whether an address is one of the zone's own.</summary>
    internal bool HasAddress(IpAddress address) => tables.FindOwn(address) is not null;

    /// <summary>Whether an address stands for everybody on a network.</summary>
    internal bool IsBroadcast(IpAddress address) => tables.IsBroadcast(address);

    /// <summary>
    /// Finds the way to an address, of an interface when one is given. ENETUNREACH: there is none; EHOSTUNREACH, EACCES, EINVAL: a
    /// route says so.
    /// </summary>
    internal Errno FindRoute(IpAddress to, out Route route, int device = 0)
    {
        StackTables now = tables;
        if (now.FindOwn(to) is { } own)
        {
            // As on Linux, who talks to any 127.x.y.z is 127.0.0.1.
            IpAddress source = to.IsV4 && to.IsLoopback ? IpAddress.Loopback : to;
            NetworkInterface through = own.IsLoopback ? own : Loopback;
            route = new Route(this, through, source, through);
            return 0;
        }
        if (to.IsMulticast || now.IsBroadcast(to))
            return FindGroupRoute(now, to, device, out route);
        route = default;
        foreach (NetworkRoute one in now.Routes)
        {
            if (!to.IsIn(one.Destination, one.Prefix) || one.Kind == RouteKind.Local || (device != 0 && one.Interface != device))
                continue;
            // A link-local address is one of the interface that is named, else of the first that is on a network.
            if (to.IsLinkLocal && device == 0 && now.PortOf(one.Interface) is null)
                continue;
            return Follow(now, to, one, out route);
        }
        return Errno.ENETUNREACH;
    }

    /// <summary>
    /// Whether packets from an address may go a way: of the zone's addresses those that the network knows as its own at that place, so
    /// that nobody can pass for another.
    /// </summary>
    internal bool MaySend(IpAddress from, in Route route) =>
        route.Port is { } port ? port.Network.Find(from) == port : ReferenceEquals(route.Target, this) && HasAddress(from);

    /// <summary>Whether the zone's policy lets it send to a port of an address, a way that was found. What goes by a gateway is asked there.</summary>
    internal bool Permits(in Route route, int protocol, IpAddress to, ushort port) =>
        route.IsBeyond || route.Port is not { } by || Access.Permits(by, protocol, to, port);

    /// <summary>The own address for packets to another one on an interface: for a link-local one another such, for others none such.</summary>
    internal static IpAddress SourceOn(NetworkInterface through, IpAddress to)
    {
        IpAddress? second = null;
        foreach (InterfaceAddress own in through.Addresses)
        {
            if (own.Address.IsV4 != to.IsV4)
                continue;
            if (to.IsV4 || own.Address.IsLinkLocal == to.IsLinkLocal)
                return own.Address;
            second ??= own.Address;
        }
        return second ?? (to.IsV4 ? IpAddress.AnyV4 : IpAddress.Any);
    }

    /// <summary>The interface that a connection between two addresses goes by; lo when both are the zone's.</summary>
    internal NetworkInterface InterfaceTo(IpAddress local, IpAddress remote)
    {
        StackTables now = tables;
        return now.FindOwn(remote) is null && now.FindOwn(local) is { } own ? own : Loopback;
    }

    /// <summary>Bytes of the largest packet to an address.</summary>
    internal int MtuTo(IpAddress address) => FindRoute(address, out Route route) == 0 ? route.Interface.Mtu : Loopback.Mtu;

    /// <summary>Finds the interface for a group: by index, else by address, else the first that is not lo. ENODEV.</summary>
    internal Errno FindInterface(IpAddress group, ref int index, IpAddress address)
    {
        StackTables now = tables;
        if (index != 0)
            return now.Find(index) is not null ? 0 : Errno.ENODEV;
        if (!address.IsAny)
        {
            if (now.FindOwn(address) is not { } found)
                return Errno.ENODEV;
            index = found.Index;
            return 0;
        }
        if (FindRoute(group, out Route route) != 0)
            return Errno.ENODEV;
        index = route.Interface.Index;
        return 0;
    }

    private static Errno Refusal(RouteKind kind) => kind switch
    {
        RouteKind.Blackhole => Errno.EINVAL,
        RouteKind.Prohibit => Errno.EACCES,
        _ => Errno.EHOSTUNREACH,
    };

    private Errno FindGroupRoute(StackTables now, IpAddress to, int device, out Route route)
    {
        NetworkInterface? through = null;
        if (device != 0)
            through = now.Find(device);
        else if (!to.IsMulticast && to != IpAddress.Broadcast)
            through = now.Interfaces.FirstOrDefault(one => one.Addresses.Any(own => to.IsIn(own.Address, own.Prefix)));
        through ??= now.Interfaces.FirstOrDefault(static one => !one.IsLoopback && (one.Flags & InterfaceFlags.IFF_UP) != 0) ?? Loopback;
        route = new Route(this, through, SourceOn(through, to), through, now.PortOf(through.Index));
        return through.IsLoopback && to == IpAddress.Broadcast ? Errno.ENETUNREACH : 0;
    }

    // Over the wire: to whoever has the next address of the way.
    private static Errno Follow(StackTables now, IpAddress to, in NetworkRoute way, out Route route)
    {
        route = default;
        if (way.Kind != RouteKind.Unicast)
            return Refusal(way.Kind);
        if (now.Find(way.Interface) is not { } through)
            return Errno.ENETUNREACH;
        IpAddress next = way.Gateway ?? to, source = way.Source ?? SourceOn(through, to);
        if (now.PortOf(through.Index) is not { } port)
        {
            route = new Route(null, through, source, through);
            return 0;
        }
        if (port.Network.IsGateway(next))
        {
            // Networks of one machine are apart.
            if (next != to && (port.Network.IsInternal || port.Network.Fabric is { } fabric && fabric.Contains(to)))
                return Errno.EHOSTUNREACH;
            route = new Route(null, through, source, through, port, IsBeyond: true);
            return port.Network.Gateway is null ? Errno.ENETUNREACH : 0;
        }
        // A zone passes nothing on: only who has the address itself hears it.
        NetworkPort? there = next == to && port.Network.Find(next) is { IsUp: true } found ? found : null;
        route = new Route(there?.Stack, through, source, there?.Interface ?? through, port);
        return 0;
    }
}
