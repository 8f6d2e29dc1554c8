using Zonix.Abi;
using Zonix.Kernel.Sockets;

namespace Zonix.Network.Tests.Fabric;

/// <summary>What an administrator of a zone changes of its network.</summary>
public sealed class ConfigurationTests
{
    private static readonly InterfaceChange Up = new() { Flags = InterfaceFlags.IFF_UP, Mask = InterfaceFlags.IFF_UP };
    private static readonly InterfaceChange Down = new() { Mask = InterfaceFlags.IFF_UP };

    [Fact]
    public void An_address_brings_its_routes_and_takes_them_away()
    {
        using var wire = new Wire();
        NetworkStack stack = wire.Join();
        List<NetworkChange> news = [];
        stack.Changed = news.Add;
        var address = new InterfaceAddress(Wire.Address("192.168.7.1"), 24);
        Assert.Equal((Errno)0, stack.AddAddress(2, address));
        Assert.Equal(Errno.EEXIST, stack.AddAddress(2, address));
        Assert.Contains(stack.Routes, route => route.Destination == Wire.Address("192.168.7.0") && route.Prefix == 24 && route.Interface == 2);
        Assert.Contains(news, one => one is { IsGone: false, Address.Prefix: 24 });
        Assert.Equal((Errno)0, stack.RemoveAddress(2, address));
        Assert.Equal(Errno.EADDRNOTAVAIL, stack.RemoveAddress(2, address));
        Assert.DoesNotContain(stack.Routes, route => route.Destination.IsIn(Wire.Address("192.168.7.0"), 24));
        Assert.Contains(news, one => one is { IsGone: true, Address.Prefix: 24 });
    }

    [Fact]
    public void Routes_are_added_replaced_and_removed_as_ip_route_does()
    {
        using var wire = new Wire();
        NetworkStack stack = wire.Join();
        IpAddress to = Wire.Address("172.20.0.0");
        var route = new NetworkRoute(to, 16, Wire.GatewayAddress, 0, null);
        Assert.Equal((Errno)0, stack.AddRoute(route, RouteEntry.Create | RouteEntry.Exclusive));
        Assert.Equal(Errno.EEXIST, stack.AddRoute(route, RouteEntry.Create | RouteEntry.Exclusive));
        Assert.Equal(2, stack.Routes.First(one => one.Destination == to).Interface);
        Assert.Equal((Errno)0, stack.AddRoute(route with { Kind = RouteKind.Unreachable, Gateway = null }, RouteEntry.Create | RouteEntry.Replace));
        using GuestSocket client = wire.Udp(stack);
        Assert.Equal(Errno.EHOSTUNREACH, client.Connect(Wire.Address("172.20.1.1"), 9));
        Assert.Equal((Errno)0, stack.RemoveRoute(route with { Gateway = null }, hasKind: false));
        Assert.Equal(Errno.ESRCH, stack.RemoveRoute(route with { Gateway = null }, hasKind: false));
        Assert.Equal(Errno.ENETUNREACH, stack.AddRoute(route with { Gateway = Wire.Address("8.8.8.8"), Interface = 2 }, RouteEntry.Create));
        Assert.Equal(Errno.ENODEV, stack.AddRoute(route with { Interface = 77 }, RouteEntry.Create));
        Assert.Equal(Errno.EINVAL, stack.AddRoute(route with { Source = Wire.Address("1.2.3.4") }, RouteEntry.Create));
        Assert.Equal(Errno.ENOENT, stack.AddRoute(route, RouteEntry.Replace));
    }

    [Fact]
    public void The_lower_metric_wins()
    {
        using var wire = new Wire();
        NetworkStack stack = wire.Join();
        IpAddress to = Wire.Address("172.20.0.0");
        Assert.Equal((Errno)0, stack.AddRoute(new NetworkRoute(to, 16, null, 0, null, RouteKind.Prohibit, 200), RouteEntry.Create));
        Assert.Equal((Errno)0, stack.AddRoute(new NetworkRoute(to, 16, null, 0, null, RouteKind.Blackhole, 100), RouteEntry.Create));
        using GuestSocket client = wire.Udp(stack);
        Assert.Equal(Errno.EINVAL, client.Connect(Wire.Address("172.20.1.1"), 9));
        Assert.Equal((Errno)0, stack.RemoveRoute(new NetworkRoute(to, 16, null, 0, null, RouteKind.Blackhole, 100), hasKind: true));
        Assert.Equal(Errno.EACCES, client.Connect(Wire.Address("172.20.1.1"), 9));
    }

    [Fact]
    public void An_interface_that_is_down_carries_nothing_and_comes_back()
    {
        using var wire = new Wire();
        NetworkStack one = wire.Join(), two = wire.Join();
        using GuestSocket server = wire.Udp(two), client = wire.Udp(one);
        Assert.Equal((Errno)0, server.Bind(IpAddress.AnyV4, 53));
        Assert.Equal((Errno)0, one.ChangeInterface(2, Down));
        Assert.Equal(Errno.ENETUNREACH, client.SendTo([1], Wire.Address("10.99.0.3"), 53));
        Assert.DoesNotContain(one.Routes, route => route.Interface == 2);
        Assert.DoesNotContain(one.Interfaces[1].Addresses, own => !own.Address.IsV4);
        Assert.Equal((Errno)0, one.ChangeInterface(2, Up));
        Assert.Equal((Errno)0, client.SendTo([1], Wire.Address("10.99.0.3"), 53));
        Assert.Equal(1, server.Receive(new byte[4]).Count);
        Assert.Contains(one.Interfaces[1].Addresses, own => own.Address.IsLinkLocal);
    }

    [Fact]
    public void Dummies_are_made_named_and_taken_away()
    {
        using var wire = new Wire();
        NetworkStack stack = wire.Join();
        Assert.Equal((Errno)0, stack.CreateDummy("", default));
        NetworkInterface made = stack.Interfaces[^1];
        Assert.Equal(("dummy0", "dummy"), (made.Name, made.Kind));
        Assert.Equal(Errno.EEXIST, stack.CreateDummy("eth0", default));
        Assert.Equal(Errno.EINVAL, stack.CreateDummy("a/b", default));
        Assert.Equal((Errno)0, stack.ChangeInterface(made.Index, new InterfaceChange { Name = "shop", Mtu = 9000 }));
        Assert.Equal(("shop", 9000), (made.Name, made.Mtu));
        Assert.Equal((Errno)0, stack.ChangeInterface(made.Index, Up));
        Assert.Equal(Errno.EBUSY, stack.ChangeInterface(made.Index, new InterfaceChange { Name = "other" }));
        Assert.Equal(Errno.EINVAL, stack.ChangeInterface(made.Index, new InterfaceChange { Mtu = 10 }));
        Assert.Equal((Errno)0, stack.AddAddress(made.Index, new InterfaceAddress(Wire.Address("192.168.9.1"), 24)));
        Assert.Equal((Errno)0, stack.RemoveInterface(made.Index));
        Assert.DoesNotContain(stack.Routes, route => route.Interface == made.Index);
        Assert.Equal(Errno.EOPNOTSUPP, stack.RemoveInterface(2));
        Assert.Equal(Errno.ENODEV, stack.RemoveInterface(made.Index));
    }

    [Fact]
    public void Neighbours_are_those_of_the_network()
    {
        using var wire = new Wire();
        NetworkStack one = wire.Join(), two = wire.Join();
        Assert.Contains(one.Neighbours, neighbour => neighbour.Address == Wire.GatewayAddress && neighbour.IsRouter);
        Assert.Contains(one.Neighbours, neighbour => neighbour.Address == Wire.Address("10.99.0.3") && neighbour.Interface == 2);
        Assert.DoesNotContain(one.Neighbours, neighbour => neighbour.Address == Wire.Address("10.99.0.2"));
        two.Detach(two.Ports[0]);
        Assert.DoesNotContain(one.Neighbours, neighbour => neighbour.Address == Wire.Address("10.99.0.3"));
    }
}
