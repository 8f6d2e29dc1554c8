using System.Net;
using System.Net.Sockets;
using Zonix.Abi;
using Zonix.Kernel.Sockets;
using Zonix.Network.Gateways;
using Zonix.Network.Policy;

namespace Zonix.Network.Tests.Gateways;

/// <summary>Datagrams between a zone and the host.</summary>
public sealed class DatagramTests : IDisposable
{
    private readonly Wire wire = new();
    private readonly UdpClient host = new(new IPEndPoint(IPAddress.Loopback, 0));

    private int Port => ((IPEndPoint)host.Client.LocalEndPoint!).Port;

    public void Dispose()
    {
        host.Dispose();
        wire.Dispose();
    }

    [Fact]
    public void QuestionsAreAnswered()
    {
        using GuestSocket guest = wire.Udp(wire.Join());
        Assert.Equal((Errno)0, guest.SendTo("ask"u8.ToArray(), Wire.GatewayAddress, Port));
        IPEndPoint? from = null;
        Assert.Equal("ask"u8.ToArray(), host.Receive(ref from));
        host.Send("answer"u8, from!);
        byte[] buffer = new byte[100];
        (int count, ReceivedMessage message) = guest.Receive(buffer);
        Assert.Equal("answer"u8.ToArray(), buffer[..count]);
        Assert.Equal((Wire.GatewayAddress, (ushort)Port), (message.From.Address, message.From.Port));
        Assert.Equal(1, wire.Gateway.OpenFlows);
    }

    [Fact]
    public void WhoWasNotAskedIsNotHeard()
    {
        using GuestSocket guest = wire.Udp(wire.Join());
        guest.SendTo("ask"u8.ToArray(), Wire.GatewayAddress, Port);
        IPEndPoint? from = null;
        host.Receive(ref from);
        using var stranger = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        stranger.Send("let me in"u8, from!);
        host.Send("answer"u8, from!);
        byte[] buffer = new byte[100];
        Assert.Equal(6, guest.Receive(buffer).Count);
    }

    [Fact]
    public void NobodyThereIsToldToWhoIsConnected()
    {
        int port = Port;
        host.Close();
        using GuestSocket guest = wire.Udp(wire.Join());
        Assert.Equal((Errno)0, guest.Connect(Wire.GatewayAddress, port));
        Assert.Equal((Errno)0, guest.Send("ask"u8.ToArray()));
        Assert.Equal(-(int)Errno.ECONNREFUSED, guest.Receive(new byte[1]).Count);
    }

    [Fact]
    public void APublishedPortIsAnsweredFromWhereItWasAsked()
    {
        NetworkStack zone = wire.Join();
        using GuestSocket guest = wire.Udp(zone);
        Assert.Equal((Errno)0, guest.Bind(IpAddress.AnyV4, 5353));
        Errno e = wire.Gateway.Publish(zone.Ports[0], new PortBinding(IpAddress.Loopback, 0, 5353, IsUdp: true), out PublishedPort? published);
        Assert.Equal((Errno)0, e);
        using (published)
        {
            host.Send("ask"u8, new IPEndPoint(IPAddress.Loopback, published!.Binding.HostPort));
            byte[] buffer = new byte[100];
            (int count, ReceivedMessage message) = guest.Receive(buffer);
            Assert.Equal(3, count);
            Assert.Equal(Wire.GatewayAddress, message.From.Address);
            Assert.Equal((Errno)0, guest.SendTo("answer"u8.ToArray(), message.From.Address, message.From.Port));
            IPEndPoint? from = null;
            Assert.Equal("answer"u8.ToArray(), host.Receive(ref from));
            Assert.Equal(published.Binding.HostPort, from!.Port);
        }
    }

    [Fact]
    public void AZoneHasOnlySoManyFlows()
    {
        NetworkStack zone = wire.Join(new NetworkPolicy { OpenFlows = 3 });
        using GuestSocket guest = wire.Udp(zone);
        byte[] data = [1];
        for (int i = 0; i < 3; i++)
            Assert.Equal((Errno)0, guest.SendTo(data, Wire.GatewayAddress, 40000 + i));
        Assert.Equal(Errno.ENOBUFS, guest.SendTo(data, Wire.GatewayAddress, 40003));
        using GuestSocket stream = wire.Tcp(zone);
        Assert.Equal(Errno.EADDRNOTAVAIL, stream.Connect(Wire.GatewayAddress, Port));
        zone.Detach(zone.Ports[0]);
        Assert.Equal(0, zone.Access.OpenFlows);
    }

    [Fact]
    public void TheGatewayItselfAnswersEchoes()
    {
        NetworkStack zone = wire.Join();
        byte[]? heard = null;
        zone.IcmpReceived = (_, _, _, message, _) => heard = message.ToArray();
        byte[] ask = [8, 0, 0, 0, 0x12, 0x34, 0, 1, 42];
        Assert.Equal((Errno)0, wire.Gateway.SendIcmp(zone.Ports[0], Wire.Address("10.99.0.2"), Wire.GatewayAddress, ask, 64));
        Assert.NotNull(heard);
        Assert.Equal((0, 0x12, 0x34, 42), (heard[0], heard[4], heard[5], heard[8]));
    }
}
