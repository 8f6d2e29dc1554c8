using System.Net;
using System.Net.Sockets;
using Zonix.Abi;
using Zonix.Kernel.Sockets;
using Zonix.Network.Gateways;

namespace Zonix.Network.Tests.Gateways;

/// <summary>Ports of the host that lead into a zone.</summary>
public sealed class PublishedTests : IDisposable
{
    private readonly Wire wire = new();
    private readonly NetworkStack zone;

    public PublishedTests() => zone = wire.Join();

    public void Dispose() => wire.Dispose();

    [Fact]
    public void AConnectionOfTheHostsIsTheZones()
    {
        using GuestSocket listener = Listen(8080);
        using PublishedPort published = Publish(8080);
        using Socket host = Connect(published);
        using GuestSocket guest = listener.Accept();
        Assert.Equal((Wire.GatewayAddress, (ushort)((IPEndPoint)host.LocalEndPoint!).Port), (guest.Socket.PeerName!.Value.Address, guest.Socket.PeerName!.Value.Port));
        Assert.Equal((Wire.Address("10.99.0.2"), (ushort)8080), (guest.Socket.Name.Address, guest.Socket.Name.Port));
        host.Send("GET"u8);
        byte[] buffer = new byte[10];
        Assert.Equal(3, guest.Receive(buffer).Count);
        Assert.Equal((Errno)0, guest.Send("200"u8.ToArray()));
        Assert.Equal(3, host.Receive(buffer));
        guest.Dispose();
        Assert.Equal(0, host.Receive(buffer));
    }

    [Fact]
    public void WhoComesWhileTheQueueIsFullWaits()
    {
        const int Count = 20;
        using GuestSocket listener = Listen(8080, backlog: 1);
        using PublishedPort published = Publish(8080);
        Socket[] hosts = [.. Enumerable.Range(0, Count).Select(_ => Connect(published))];
        for (int i = 0; i < Count; i++)
        {
            using GuestSocket guest = listener.Accept();
            Assert.Equal((Errno)0, guest.Send([(byte)i]));
        }
        foreach (Socket host in hosts)
        {
            Assert.Equal(1, host.Receive(new byte[1]));
            host.Dispose();
        }
    }

    [Fact]
    public void WithoutAListenerItIsReset()
    {
        using PublishedPort published = Publish(8080);
        using Socket host = Connect(published);
        Assert.Throws<SocketException>(() => host.Receive(new byte[1]));
        Assert.Equal(0, zone.Access.OpenFlows);
    }

    [Fact]
    public void APortThatIsTakenIsSaidToBe()
    {
        using PublishedPort published = Publish(8080);
        Errno e = wire.Gateway.Publish(zone.Ports[0], published.Binding, out _);
        Assert.Equal(Errno.EADDRINUSE, e);
        published.Dispose();
        e = wire.Gateway.Publish(zone.Ports[0], published.Binding, out PublishedPort? again);
        Assert.Equal((Errno)0, e);
        again!.Dispose();
    }

    private static Socket Connect(PublishedPort published)
    {
        var host = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        host.Connect(IPAddress.Loopback, published.Binding.HostPort);
        return host;
    }

    private GuestSocket Listen(int port, int backlog = 16)
    {
        GuestSocket listener = wire.Tcp(zone);
        Assert.Equal((Errno)0, listener.Bind(IpAddress.AnyV4, port));
        Assert.Equal((Errno)0, listener.Listen(backlog));
        return listener;
    }

    private PublishedPort Publish(ushort port)
    {
        Assert.Equal((Errno)0, wire.Gateway.Publish(zone.Ports[0], new PortBinding(IpAddress.Loopback, 0, port, IsUdp: false), out PublishedPort? published));
        return published!;
    }
}
