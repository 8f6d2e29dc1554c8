using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Sockets;

namespace Zonix.Network.Tests.Gateways;

/// <summary>Connections from a zone to services of the host's loopback.</summary>
public sealed class ConnectionTests : IDisposable
{
    private readonly Wire wire = new();
    private readonly NetworkStack zone;
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public ConnectionTests()
    {
        zone = wire.Join();
        listener.Start(4096);
    }

    private int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public void Dispose()
    {
        listener.Dispose();
        wire.Dispose();
    }

    [Fact]
    public void BytesGoBothWaysAndEndsAreToldEach()
    {
        using GuestSocket guest = wire.Tcp(zone);
        Assert.Equal((Errno)0, guest.Connect(Wire.GatewayAddress, Port));
        using Socket host = listener.AcceptSocket();
        Assert.Equal((Errno)0, guest.Send("hello"u8.ToArray()));
        byte[] buffer = new byte[100];
        Assert.Equal(5, host.Receive(buffer));
        Assert.Equal((Errno)0, guest.Socket.Shutdown(false, true));
        Assert.Equal(0, host.Receive(buffer));
        host.Send("after the end"u8);
        host.Shutdown(SocketShutdown.Both);
        Assert.Equal("after the end"u8.ToArray(), guest.ReceiveAll().Data);
    }

    [Fact]
    public void NobodyThereIsRefused()
    {
        int port = Port;
        listener.Stop();
        using GuestSocket guest = wire.Tcp(zone);
        Assert.Equal(Errno.ECONNREFUSED, guest.Connect(Wire.GatewayAddress, port));
        Assert.Equal(0, wire.Gateway.OpenConnections);
        Assert.Equal(0, zone.Access.OpenFlows);
    }

    [Fact]
    public void ABreakOfTheHostsIsOneOfTheZones()
    {
        using GuestSocket guest = wire.Tcp(zone);
        Assert.Equal((Errno)0, guest.Connect(Wire.GatewayAddress, Port));
        Socket host = listener.AcceptSocket();
        host.LingerState = new LingerOption(true, 0);
        host.Dispose();
        Assert.Equal(Errno.ECONNRESET, guest.ReceiveAll().Error);
    }

    [Fact]
    public void ABreakOfTheZonesIsOneOfTheHosts()
    {
        GuestSocket guest = wire.Tcp(zone);
        Assert.Equal((Errno)0, guest.Connect(Wire.GatewayAddress, Port));
        using Socket host = listener.AcceptSocket();
        guest.Socket.SetOption(SocketOption.LingerOn, 1);
        guest.Dispose();
        SocketException broken = Assert.Throws<SocketException>(() => host.Receive(new byte[1]));
        Assert.Equal(SocketError.ConnectionReset, broken.SocketErrorCode);
    }

    [Fact]
    public void WhatWasSentBeforeABreakCanBeReadThoughSendingFails()
    {
        using GuestSocket guest = wire.Tcp(zone);
        Assert.Equal((Errno)0, guest.Connect(Wire.GatewayAddress, Port));
        Socket host = listener.AcceptSocket();
        host.Send("last words"u8);
        byte[] words = new byte[10];
        Assert.Equal(10, guest.Receive(words, MessageFlags.MSG_PEEK).Count);
        guest.Send(new byte[10]);
        host.Dispose();
        (byte[] data, Errno error) = guest.ReceiveAll();
        Assert.Equal("last words"u8.ToArray(), data);
        Assert.True(error is 0 or Errno.ECONNRESET or Errno.EPIPE, error.ToString());
    }

    [Fact]
    public async Task MuchDataArrivesWhole()
    {
        using GuestSocket guest = wire.Tcp(zone);
        Assert.Equal((Errno)0, guest.Connect(Wire.GatewayAddress, Port));
        using Socket host = listener.AcceptSocket();
        byte[] sent = RandomNumberGenerator.GetBytes(20_000_000);
        Task echo = Task.Run(() =>
        {
            byte[] buffer = new byte[100_000];
            while (host.Receive(buffer) is > 0 and var got)
                host.Send(buffer.AsSpan(0, got));
            host.Shutdown(SocketShutdown.Send);
        }, TestContext.Current.CancellationToken);
        Task<Errno> writer = Task.Run(() =>
        {
            Errno e = guest.Send(sent);
            guest.Socket.Shutdown(false, true);
            return e;
        }, TestContext.Current.CancellationToken);
        Assert.Equal(sent, guest.ReceiveAll().Data);
        Assert.Equal((Errno)0, await writer);
        await echo;
    }

    [Fact]
    public void WhoDoesNotReadHoldsTheSenderBack()
    {
        using GuestSocket guest = wire.Tcp(zone);
        Assert.Equal((Errno)0, guest.Connect(Wire.GatewayAddress, Port));
        using Socket host = listener.AcceptSocket();
        host.Blocking = false;
        long sent = 0;
        byte[] part = new byte[65536];
        // Until both kernels' buffers and the ring are full: it ends at all.
        var patience = System.Diagnostics.Stopwatch.StartNew();
        for (long last = -1; last != sent && patience.Elapsed < TimeSpan.FromSeconds(20);)
        {
            last = sent;
            while (host.Send(part, 0, part.Length, SocketFlags.None, out SocketError e) is > 0 and var n && e == SocketError.Success)
                sent += n;
            host.Poll(200_000, SelectMode.SelectWrite);
        }
        Assert.InRange(sent, 100_000, 64_000_000);
        host.Shutdown(SocketShutdown.Send);
        Assert.Equal(sent, guest.ReceiveAll().Data.Length);
    }

    [Fact]
    public void WhoCloses(/* and leaves data on the way */)
    {
        GuestSocket guest = wire.Tcp(zone);
        Assert.Equal((Errno)0, guest.Connect(Wire.GatewayAddress, Port));
        using Socket host = listener.AcceptSocket();
        byte[] sent = RandomNumberGenerator.GetBytes(300_000);
        Assert.Equal((Errno)0, guest.Send(sent));
        guest.Dispose();
        byte[] got = new byte[sent.Length];
        int count = 0;
        while (host.Receive(got.AsSpan(count)) is > 0 and var n)
            count += n;
        Assert.Equal(sent, got[..count]);
    }

    [Fact]
    public void AThousandConnectionsAreOpenAtOnce()
    {
        const int Count = 1000;
        List<GuestSocket> guests = [];
        List<Socket> hosts = [];
        for (int i = 0; i < Count; i++)
        {
            GuestSocket guest = wire.Tcp(zone);
            guests.Add(guest);
            Assert.Equal((Errno)0, guest.Connect(Wire.GatewayAddress, Port));
            hosts.Add(listener.AcceptSocket());
        }
        Assert.Equal(Count, wire.Gateway.OpenConnections);
        byte[] buffer = new byte[4];
        foreach (Socket host in hosts)
            host.Send("ping"u8);
        foreach (GuestSocket guest in guests)
            Assert.Equal(4, guest.Receive(buffer).Count);
        guests.ForEach(guest => guest.Dispose());
        foreach (Socket host in hosts)
        {
            Assert.Equal(0, host.Receive(buffer));
            host.Dispose();
        }
        Assert.Equal(0, wire.Gateway.OpenConnections);
        Assert.Equal(0, zone.Access.OpenFlows);
    }

    [Fact]
    public void AZoneThatLeavesTheNetworkLosesItsConnections()
    {
        using GuestSocket guest = wire.Tcp(zone);
        Assert.Equal((Errno)0, guest.Connect(Wire.GatewayAddress, Port));
        using Socket host = listener.AcceptSocket();
        zone.Detach(zone.Ports[0]);
        Assert.Equal(Errno.ECONNRESET, guest.ReceiveAll().Error);
        Assert.Throws<SocketException>(() => host.Receive(new byte[1]));
        Assert.Equal(0, wire.Gateway.OpenConnections);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("::7f00:1")]
    public void TheHostsLoopbackHasNoOtherWayIn(string address)
    {
        // As root of a zone can: its own addresses of that kind are gone, and a route leads out.
        zone.Loopback.Remove(IpAddress.Loopback, 8);
        IpAddress to = Wire.Address(address);
        using GuestSocket guest = wire.Tcp(zone, to.IsV4 ? SocketFamily.Inet : SocketFamily.Inet6);
        Assert.NotEqual((Errno)0, guest.Connect(to, Port));
        Assert.False(listener.Pending());
    }
}
