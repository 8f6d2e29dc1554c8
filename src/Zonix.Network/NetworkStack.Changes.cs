using Zonix.Network.Fabric;

namespace Zonix.Network;

/// <content>What the zone's administrator changes. rtnetlink(7).</content>
public sealed partial class NetworkStack
{
    private const int MostAddresses = 256, MostRoutes = 16384, MostInterfaces = 256, SmallestMtu = 68, LargestMtu = 65535, SmallestV6Mtu = 1280;
    private const int LongestName = 15;

    private const InterfaceFlags Settable =
        InterfaceFlags.IFF_UP | InterfaceFlags.IFF_PROMISC | InterfaceFlags.IFF_ALLMULTI | InterfaceFlags.IFF_MULTICAST | InterfaceFlags.IFF_NOARP;

    /// <inheritdoc/>
    public Action<NetworkChange>? Changed { get; set; }

    /// <inheritdoc/>
    public IReadOnlyList<NetworkNeighbour> Neighbours
    {
        get
        {
            List<NetworkNeighbour> all = [];
            foreach (NetworkPort port in tables.Ports)
            {
                if (port.IsUp)
                    port.Network.ListNeighbours(port, all);
            }
            return all;
        }
    }

    /// <inheritdoc/>
    public Errno AddAddress(int index, in InterfaceAddress address, bool hasRoute = true)
    {
        List<NetworkChange> news = [];
        lock (change)
        {
            if (tables.Find(index) is not { } one)
                return Errno.ENODEV;
            if (one.Addresses.Count >= MostAddresses)
                return Errno.ENOBUFS;
            IpAddress wanted = address.Address;
            if (one.Addresses.Any(own => own.Address == wanted))
                return Errno.EEXIST;
            if (tables.PortOf(index) is { } port && !port.Network.Take(wanted, port))
                return Errno.EADDRINUSE;
            one.Add(address);
            news.Add(new NetworkChange(false, one, address));
            IEnumerable<NetworkRoute> routes = one.IsUp ? RouteTable.Of(one, address).Where(route => hasRoute || route.Kind != RouteKind.Unicast) : [];
            AddLocked([.. routes], news);
        }
        Tell(news);
        return 0;
    }

    /// <inheritdoc/>
    public Errno RemoveAddress(int index, in InterfaceAddress address)
    {
        List<NetworkChange> news = [];
        lock (change)
        {
            if (tables.Find(index) is not { } one)
                return Errno.ENODEV;
            InterfaceAddress wanted = address;
            if (!one.Addresses.Any(own => own.Address == wanted.Address && (wanted.Prefix < 0 || own.Prefix == wanted.Prefix)))
                return Errno.EADDRNOTAVAIL;
            RemoveLocked(one, one.Addresses.First(own => own.Address == wanted.Address), news);
        }
        Tell(news);
        return 0;
    }

    /// <inheritdoc/>
    public Errno AddRoute(NetworkRoute route, RouteEntry how)
    {
        List<NetworkChange> news = [];
        lock (change)
        {
            Errno e = Complete(ref route);
            if (e != 0)
                return e;
            List<NetworkRoute> all = [.. tables.Routes];
            int at = all.FindIndex(one => RouteTable.IsSame(one, route));
            if (at >= 0 && (how & RouteEntry.Exclusive) != 0)
                return Errno.EEXIST;
            if (at >= 0 && (how & RouteEntry.Replace) != 0)
                all[at] = route;
            else if (at >= 0 && (how & RouteEntry.Append) == 0 && (how & RouteEntry.Create) != 0 && all[at] == route)
                return Errno.EEXIST;
            else if ((how & (RouteEntry.Create | RouteEntry.Append)) == 0)
                return Errno.ENOENT;
            else if (all.Count >= MostRoutes)
                return Errno.ENOBUFS;
            else
                all.Add(route);
            tables = tables.With(all);
            news.Add(new NetworkChange(false, null, Route: route));
        }
        Tell(news);
        return 0;
    }

    /// <inheritdoc/>
    public Errno RemoveRoute(in NetworkRoute like, bool hasKind)
    {
        List<NetworkChange> news = [];
        lock (change)
        {
            NetworkRoute wanted = like;
            List<NetworkRoute> all = [.. tables.Routes];
            int at = all.FindIndex(one => IsLike(one, wanted, hasKind));
            if (at < 0)
                return Errno.ESRCH;
            news.Add(new NetworkChange(true, null, Route: all[at]));
            all.RemoveAt(at);
            tables = tables.With(all);
        }
        Tell(news);
        return 0;
    }

    /// <inheritdoc/>
    public Errno ChangeInterface(int index, in InterfaceChange change)
    {
        List<NetworkChange> news = [];
        lock (this.change)
        {
            if (tables.Find(index) is not { } one)
                return Errno.ENODEV;
            Errno e = Check(one, change);
            if (e != 0)
                return e;
            one.Name = change.Name ?? one.Name;
            one.Mtu = change.Mtu ?? one.Mtu;
            one.QueueLength = change.QueueLength ?? one.QueueLength;
            one.HardwareAddress = change.HardwareAddress ?? one.HardwareAddress;
            InterfaceFlags mask = change.Mask & Settable, before = one.Flags;
            one.Flags = (before & ~mask) | (change.Flags & mask);
            if ((before & InterfaceFlags.IFF_UP) != (one.Flags & InterfaceFlags.IFF_UP))
                Switch(one, news);
            news.Insert(0, new NetworkChange(false, one));
        }
        Tell(news);
        return 0;
    }

    /// <inheritdoc/>
    public Errno CreateDummy(string name, in InterfaceChange change)
    {
        ArgumentNullException.ThrowIfNull(name);
        NetworkInterface made;
        lock (this.change)
        {
            if (tables.Interfaces.Length >= MostInterfaces)
                return Errno.ENOBUFS;
            string wanted = name.Length > 0 ? name.Contains("%d", StringComparison.Ordinal) ? FreeName(name.Replace("%d", "", StringComparison.Ordinal)) : name : FreeName("dummy");
            if (!IsName(wanted))
                return Errno.EINVAL;
            if (tables.Interfaces.Any(one => one.Name == wanted))
                return Errno.EEXIST;
            byte[] mac = change.HardwareAddress ?? RandomHardwareAddress();
            made = new NetworkInterface(
                lastIndex + 1, wanted, change.Mtu ?? 1500, InterfaceFlags.IFF_BROADCAST | InterfaceFlags.IFF_NOARP | (change.Flags & change.Mask & InterfaceFlags.IFF_MULTICAST), mac)
            { Kind = "dummy" };
            Errno e = Check(made, change with { Name = null });
            if (e != 0)
                return e;
            lastIndex++;
            tables = new StackTables([.. tables.Interfaces, made], tables.Ports, tables.Routes);
        }
        Tell([new NetworkChange(false, made)]);
        return (change.Flags & change.Mask & InterfaceFlags.IFF_UP) != 0 ? ChangeInterface(made.Index, new InterfaceChange { Flags = InterfaceFlags.IFF_UP, Mask = InterfaceFlags.IFF_UP }) : 0;
    }

    /// <inheritdoc/>
    public Errno RemoveInterface(int index)
    {
        List<NetworkChange> news = [];
        lock (change)
        {
            if (tables.Find(index) is not { } one)
                return Errno.ENODEV;
            if (one.Kind != "dummy")
                return Errno.EOPNOTSUPP;
            RemoveLocked(one, news);
        }
        Tell(news);
        return 0;
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName && name is not ("." or "..") && !name.Any(static c => c is '/' or ':' || char.IsWhiteSpace(c) || char.IsControl(c));

    private static byte[] RandomHardwareAddress()
    {
        byte[] mac = new byte[6];
        Random.Shared.NextBytes(mac);
        mac[0] = (byte)((mac[0] & 0xFE) | 2);
        return mac;
    }

    private static bool IsLike(in NetworkRoute one, in NetworkRoute wanted, bool hasKind) =>
        one.Destination == wanted.Destination && one.Prefix == wanted.Prefix && one.Table == wanted.Table &&
        (!hasKind || one.Kind == wanted.Kind) && (wanted.Metric == 0 || one.Metric == wanted.Metric) &&
        (wanted.Interface == 0 || one.Interface == wanted.Interface) && (wanted.Gateway is null || one.Gateway == wanted.Gateway) &&
        (wanted.Source is null || one.Source == wanted.Source);

    // What was not said follows from the gateway, as in fib_check_nh.
    private Errno Complete(ref NetworkRoute route)
    {
        if (route.Kind is RouteKind.Blackhole or RouteKind.Unreachable or RouteKind.Prohibit)
        {
            route = route with { Interface = 0, Gateway = null };
            return 0;
        }
        if (route.Source is { } source && !HasAddress(source))
            return Errno.EINVAL;
        if (route.Interface != 0 && tables.Find(route.Interface) is not { } _)
            return Errno.ENODEV;
        if (route.Interface != 0 && !tables.Find(route.Interface)!.IsUp)
            return Errno.ENETDOWN;
        if (route.Gateway is not { } gateway)
            return route.Interface == 0 ? Errno.ENODEV : 0;
        int wanted = route.Interface;
        if (HasAddress(gateway))
            return Errno.EINVAL;
        foreach (NetworkRoute one in tables.Routes)
        {
            if (one.Kind != RouteKind.Unicast || one.Gateway is not null || !gateway.IsIn(one.Destination, one.Prefix) || (wanted != 0 && one.Interface != wanted))
                continue;
            route = route with { Interface = one.Interface };
            return 0;
        }
        return gateway.IsLinkLocal && wanted != 0 ? 0 : Errno.ENETUNREACH;
    }

    private Errno Check(NetworkInterface one, in InterfaceChange change)
    {
        if (change.Name is { } name && name != one.Name)
        {
            if (!IsName(name))
                return Errno.EINVAL;
            if (tables.Interfaces.Any(other => other.Name == name))
                return Errno.EEXIST;
            if (one.IsUp)
                return Errno.EBUSY;
        }
        if (change.Mtu is { } mtu && (mtu < (one.IsLoopback ? 0 : SmallestMtu) || (mtu > LargestMtu && !one.IsLoopback)))
            return Errno.EINVAL;
        if (change.HardwareAddress is { } mac && (mac.Length != 6 || (mac[0] & 1) != 0))
            return mac.Length != 6 ? Errno.EINVAL : Errno.EADDRNOTAVAIL;
        return change.HardwareAddress is not null && one.IsLoopback ? Errno.EOPNOTSUPP : 0;
    }

    // It was switched on or off; as on Linux addresses of version 6, and routes that were added, do not outlive that.
    private void Switch(NetworkInterface one, List<NetworkChange> news)
    {
        if (one.IsUp)
        {
            one.Flags |= InterfaceFlags.IFF_RUNNING | InterfaceFlags.IFF_LOWER_UP;
            InterfaceAddress own = one.IsLoopback ? new InterfaceAddress(IpAddress.LoopbackV6, 128) : LinkLocalOf(one.HardwareAddress);
            if (one.Mtu >= SmallestV6Mtu && (tables.PortOf(one.Index) is not { } port || port.Network.Take(own.Address, port)) && one.Add(own))
                news.Add(new NetworkChange(false, one, own));
            AddLocked([.. RouteTable.Of(one)], news);
            return;
        }
        one.Flags &= ~(InterfaceFlags.IFF_RUNNING | InterfaceFlags.IFF_LOWER_UP);
        foreach (InterfaceAddress own in one.Addresses.Where(static own => !own.Address.IsV4).ToArray())
            RemoveLocked(one, own, news);
        foreach (NetworkRoute route in tables.Routes.Where(route => route.Interface == one.Index))
            news.Add(new NetworkChange(true, null, Route: route));
        tables = tables.With(tables.Routes.Where(route => route.Interface != one.Index));
    }

    private void AddLocked(NetworkRoute[] routes, List<NetworkChange> news)
    {
        NetworkRoute[] added = [.. routes.Where(route => !tables.Routes.Contains(route))];
        foreach (NetworkRoute route in added)
            news.Add(new NetworkChange(false, null, Route: route));
        tables = tables.With(tables.Routes.Concat(added));
    }

    // An address goes, with the routes that came with it and no other address brings, and those that send from it.
    private void RemoveLocked(NetworkInterface one, InterfaceAddress own, List<NetworkChange> news)
    {
        one.Remove(own.Address, own.Prefix);
        tables.PortOf(one.Index)?.Network.Give(own.Address, tables.PortOf(one.Index)!);
        NetworkRoute[] kept = [.. RouteTable.Of(one)], came = [.. RouteTable.Of(one, own)];
        // As on Linux no route of version 4 outlives the interface's last address of it.
        bool isLast = own.Address.IsV4 && !one.Addresses.Any(static other => other.Address.IsV4);
        NetworkRoute[] gone =
        [
            .. tables.Routes.Where(route => (came.Contains(route) && !kept.Contains(route)) || route.Source == own.Address ||
                (isLast && route.Interface == one.Index && route.Destination.IsV4)),
        ];
        foreach (NetworkRoute route in gone)
            news.Add(new NetworkChange(true, null, Route: route));
        tables = tables.With(tables.Routes.Except(gone));
        news.Add(new NetworkChange(true, one, own));
    }

    // An interface goes, with all that is of it.
    private void RemoveLocked(NetworkInterface one, List<NetworkChange> news)
    {
        foreach (InterfaceAddress own in one.Addresses)
            news.Add(new NetworkChange(true, one, own));
        foreach (NetworkRoute route in tables.Routes.Where(route => route.Interface == one.Index))
            news.Add(new NetworkChange(true, null, Route: route));
        tables = new StackTables(
            [.. tables.Interfaces.Where(other => other != one)], [.. tables.Ports.Where(port => port.Interface != one)],
            [.. tables.Routes.Where(route => route.Interface != one.Index)]);
        news.Add(new NetworkChange(true, one));
    }

    private string FreeName(string stem)
    {
        int number = 0;
        while (tables.Interfaces.Any(one => one.Name == $"{stem}{number}"))
            number++;
        return $"{stem}{number}";
    }

    private void Tell(List<NetworkChange> news)
    {
        if (Changed is { } tell)
            news.ForEach(tell);
    }
}
