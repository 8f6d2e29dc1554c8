using Zonix.Abi;
using Zonix.Kernel.Sockets;
using Zonix.Network.Fabric;

namespace Zonix.Network.Tests.Fabric;

/// <summary>Zones that talk to each other, and what one cannot do to another.</summary>
public sealed class NeighbourTests
{
    private static readonly byte[] Hello = "hello"u8.ToArray();

    [Theory]
    [InlineData("10.99.0.2", "10.99.0.3")]
    [InlineData("fd99::2", "fd99::3")]
    public void A_connection_between_zones_carries_bytes_both_ways(string from, string to)
    {
        using var wire = new Wire();
        NetworkStack one = wire.Join(), two = wire.Join();
        SocketFamily family = Wire.Address(to).IsV4 ? SocketFamily.Inet : SocketFamily.Inet6;
        using GuestSocket server = wire.Tcp(two, family), client = wire.Tcp(one, family);
        Assert.Equal((Errno)0, server.Bind(Wire.Address(to), 80));
        Assert.Equal((Errno)0, server.Listen());
        Assert.Equal((Errno)0, client.Connect(Wire.Address(to), 80));
        using GuestSocket accepted = server.Accept();
        Assert.Equal(Wire.Address(from), accepted.Socket.PeerName!.Value.Address);
        Assert.Equal((Errno)0, client.Send(Hello));
        byte[] got = new byte[16];
        Assert.Equal(5, accepted.Receive(got).Count);
        Assert.Equal((Errno)0, accepted.Send(Hello));
        Assert.Equal(5, client.Receive(got).Count);
        accepted.Dispose();
        Assert.Equal(0, client.Receive(got).Count);
    }

    [Fact]
    public void Nobody_listens_there()
    {
        using var wire = new Wire();
        NetworkStack one = wire.Join();
        wire.Join();
        using GuestSocket client = wire.Tcp(one);
        Assert.Equal(Errno.ECONNREFUSED, client.Connect(Wire.Address("10.99.0.3"), 80));
    }

    [Fact]
    public void Nobody_has_the_address()
    {
        using var wire = new Wire();
        using GuestSocket client = wire.Tcp(wire.Join());
        Assert.Equal(Errno.EHOSTUNREACH, client.Connect(Wire.Address("10.99.0.77"), 80));
    }

    [Fact]
    public void Networks_are_apart()
    {
        using var wire = new Wire();
        var fabric = new NetworkFabric();
        fabric.Add(wire.Network);
        var other = new ZoneNetwork("other", new Subnet(Wire.Address("10.98.0.0"), 24, Wire.Address("10.98.0.1")), null) { Gateway = wire.Gateway };
        fabric.Add(other);
        NetworkStack one = wire.Join(), two = new(wire.Machine);
        var how = new NetworkAttachment
        {
            InterfaceName = "eth0", HardwareAddress = [2, 0, 0, 0, 0, 9], IsPrimary = true,
            Addresses = [new InterfaceAddress(Wire.Address("10.98.0.2"), 24)],
        };
        Assert.Equal((Errno)0, two.Attach(other, how, out _));
        using GuestSocket server = wire.Tcp(two), client = wire.Tcp(one);
        Assert.Equal((Errno)0, server.Bind(IpAddress.AnyV4, 80));
        Assert.Equal((Errno)0, server.Listen());
        Assert.Equal(Errno.EHOSTUNREACH, client.Connect(Wire.Address("10.98.0.2"), 80));
    }

    [Fact]
    public void Datagrams_reach_a_neighbour_and_are_refused_where_nobody_reads()
    {
        using var wire = new Wire();
        NetworkStack one = wire.Join(), two = wire.Join();
        using GuestSocket server = wire.Udp(two), client = wire.Udp(one);
        Assert.Equal((Errno)0, server.Bind(IpAddress.AnyV4, 53));
        Assert.Equal((Errno)0, client.SendTo(Hello, Wire.Address("10.99.0.3"), 53));
        byte[] got = new byte[16];
        (int count, ReceivedMessage message) = server.Receive(got);
        Assert.Equal(5, count);
        Assert.Equal(Wire.Address("10.99.0.2"), message.From.Address);
        Assert.Equal((Errno)0, client.Connect(Wire.Address("10.99.0.3"), 54));
        Assert.Equal((Errno)0, client.Send(Hello));
        Assert.Equal(-(int)Errno.ECONNREFUSED, client.Receive(got).Count);
    }

    [Fact]
    public void A_group_is_heard_by_all_of_the_network_and_by_nobody_else()
    {
        using var wire = new Wire();
        NetworkStack one = wire.Join(), two = wire.Join(), three = wire.Join();
        IpAddress group = Wire.Address("239.1.2.3");
        using GuestSocket sender = wire.Udp(one), member = wire.Udp(two), stranger = wire.Udp(three);
        Assert.Equal((Errno)0, member.Bind(IpAddress.AnyV4, 5000));
        Assert.Equal((Errno)0, stranger.Bind(IpAddress.AnyV4, 5000));
        Assert.Equal((Errno)0, ((IInetSocket)member.Socket).Join(group, 0, Wire.Address("10.99.0.3")));
        Assert.Equal((Errno)0, sender.SendTo(Hello, group, 5000));
        Assert.Equal(5, member.Receive(new byte[16]).Count);
        Assert.Equal((PollEvents)0, stranger.Socket.Poll(PollEvents.POLLIN) & PollEvents.POLLIN);

        Assert.Equal(Errno.EACCES, sender.SendTo(Hello, Wire.Address("10.99.0.255"), 5000));
        Assert.Equal((Errno)0, sender.Socket.SetOption(SocketOption.Broadcast, 1));
        Assert.Equal((Errno)0, sender.SendTo(Hello, Wire.Address("10.99.0.255"), 5000));
        Assert.Equal(5, member.Receive(new byte[16]).Count);
        Assert.Equal(5, stranger.Receive(new byte[16]).Count);
    }

    [Fact]
    public void The_end_of_a_zone_resets_its_connections()
    {
        using var wire = new Wire();
        NetworkStack one = wire.Join(), two = wire.Join();
        using GuestSocket server = wire.Tcp(two), client = wire.Tcp(one);
        Assert.Equal((Errno)0, server.Bind(IpAddress.AnyV4, 80));
        Assert.Equal((Errno)0, server.Listen());
        Assert.Equal((Errno)0, client.Connect(Wire.Address("10.99.0.3"), 80));
        using GuestSocket accepted = server.Accept();
        two.Detach(two.Ports[0]);
        Assert.Equal(-(int)Errno.ECONNRESET, client.Receive(new byte[16]).Count);
        Assert.Null(wire.Network.Find(Wire.Address("10.99.0.3")));
        Assert.Single(two.Interfaces);
    }

    [Fact]
    public void Nobody_passes_for_another()
    {
        using var wire = new Wire();
        NetworkStack liar = wire.Join(), victim = wire.Join(), third = wire.Join();
        Assert.Equal(Errno.EADDRINUSE, liar.AddAddress(2, new InterfaceAddress(Wire.Address("10.99.0.3"), 24)));
        Assert.Equal(Errno.EADDRINUSE, liar.AddAddress(2, new InterfaceAddress(Wire.GatewayAddress, 24)));

        // What it calls its own on lo is known to no network.
        Assert.Equal((Errno)0, liar.AddAddress(1, new InterfaceAddress(Wire.Address("10.99.0.50"), 32)));
        using GuestSocket server = wire.Udp(third), client = wire.Udp(liar);
        Assert.Equal((Errno)0, server.Bind(IpAddress.AnyV4, 53));
        Assert.Equal((Errno)0, client.Bind(Wire.Address("10.99.0.50"), 1000));
        Assert.Equal((Errno)0, client.SendTo(Hello, Wire.Address("10.99.0.4"), 53));
        Assert.Equal((PollEvents)0, server.Socket.Poll(PollEvents.POLLIN) & PollEvents.POLLIN);
        Assert.NotNull(victim);
    }

    [Fact]
    public void What_the_administrator_gives_goes_before_what_a_zone_takes()
    {
        using var wire = new Wire();
        NetworkStack squatter = wire.Join();
        Assert.Equal((Errno)0, squatter.AddAddress(2, new InterfaceAddress(Wire.Address("10.99.0.3"), 24)));
        Assert.Same(squatter, wire.Network.Find(Wire.Address("10.99.0.3"))!.Stack);
        NetworkStack owner = wire.Join();
        Assert.Same(owner, wire.Network.Find(Wire.Address("10.99.0.3"))!.Stack);
    }

    [Fact]
    public void Attempts_that_are_given_up_leave_nothing_with_a_full_listener()
    {
        using var wire = new Wire();
        NetworkStack one = wire.Join(), two = wire.Join();
        using GuestSocket server = wire.Tcp(two);
        Assert.Equal((Errno)0, server.Bind(IpAddress.AnyV4, 80));
        Assert.Equal((Errno)0, server.Listen(0));
        using GuestSocket first = wire.Tcp(one);
        Assert.Equal((Errno)0, first.Connect(Wire.Address("10.99.0.3"), 80));
        SocketName there = SocketName.OfInet(SocketFamily.Inet, Wire.Address("10.99.0.3"), 80);
        for (int i = 0; i < 1000; i++)
        {
            using GuestSocket client = wire.Tcp(one);
            Assert.Equal(Errno.EINPROGRESS, client.Socket.Connect(wire.Task, there, again: false, out _));
        }

        using GuestSocket last = wire.Tcp(one);
        Assert.Equal(Errno.EINPROGRESS, last.Socket.Connect(wire.Task, there, again: false, out _));
        using GuestSocket taken = server.Accept(), next = server.Accept();
        Assert.Equal(last.Socket.Name.Port, next.Socket.PeerName!.Value.Port);
    }

    [Fact]
    public void A_flood_of_connections_fills_the_account_of_who_listens()
    {
        using var wire = new Wire();
        NetworkStack one = wire.Join(), two = wire.Join();
        two.BufferLimit = 32 << 10;
        using GuestSocket server = wire.Tcp(two);
        Assert.Equal((Errno)0, server.Bind(IpAddress.AnyV4, 80));
        Assert.Equal((Errno)0, server.Listen(4096));
        SocketName there = SocketName.OfInet(SocketFamily.Inet, Wire.Address("10.99.0.3"), 80);
        List<GuestSocket> flood = [];
        for (int i = 0; i < 100; i++)
        {
            GuestSocket client = wire.Tcp(one);
            flood.Add(client);
            Assert.Equal(Errno.EINPROGRESS, client.Socket.Connect(wire.Task, there, again: false, out _));
        }

        Assert.InRange(two.Buffers.Used, 1, 32 << 10);
        Assert.Equal(16, flood.Count(client => client.Socket.PeerName is not null));
        server.Accept().Dispose();
        Assert.Equal((Errno)0, flood[0].Socket.Shutdown(false, true));
        flood.ForEach(static client => client.Dispose());
        server.Dispose();
        Assert.Equal(0, two.Buffers.Used);
    }

    [Fact]
    public void A_zone_that_fills_buffers_fills_its_own_account()
    {
        using var wire = new Wire();
        NetworkStack one = wire.Join(), two = wire.Join();
        one.BufferLimit = 64 << 10;
        using GuestSocket server = wire.Tcp(two), client = wire.Tcp(one);
        Assert.Equal((Errno)0, server.Bind(IpAddress.AnyV4, 80));
        Assert.Equal((Errno)0, server.Listen());
        Assert.Equal((Errno)0, client.Connect(Wire.Address("10.99.0.3"), 80));
        using GuestSocket accepted = server.Accept();
        byte[] much = new byte[1 << 20];
        long sent = 0;
        while (true)
        {
            var buffer = new Kernel.Vfs.UserBuffer(much, 0, much.Length);
            Kernel.SysResult result = client.Socket.Send(ref buffer, default);
            if (result.IsError)
                break;
            sent += result.Value;
        }

        Assert.InRange(sent, 4096, 64 << 10);
        byte[] got = new byte[1 << 20];
        Assert.Equal(sent, accepted.Receive(got).Count);
        Assert.Equal((Errno)0, client.Send(Hello));
    }
}
