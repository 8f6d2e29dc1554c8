using System.Net;
using System.Net.Sockets;
using Zonix.Abi;
using Zonix.Kernel.Sockets;
using Zonix.Network.Policy;

namespace Zonix.Network.Tests.Policy;

/// <summary>A fenced zone does not reach what its policy denies, whichever way it tries.</summary>
public sealed class FenceTests : IDisposable
{
    private const int Tcp = 6, Udp = 17;
    private readonly Wire wire = new();

    public void Dispose() => wire.Dispose();

    [Theory]
    [InlineData("10.0.0.0/8", "", "10.1.2.3", 80, false)]
    [InlineData("10.0.0.0/8", "", "11.1.2.3", 80, true)]
    [InlineData("10.0.0.0/8", "", "::ffff:10.1.2.3", 80, false)]
    [InlineData("10.0.0.0/8", "", "64:ff9b::a01:203", 80, false)]
    [InlineData("10.0.0.0/8", "", "2002:a01:203::1", 80, false)]
    [InlineData("10.0.0.0/8:80", "", "10.1.2.3", 81, true)]
    [InlineData("private", "", "192.168.0.1", 80, false)]
    [InlineData("private", "", "169.254.169.254", 80, false)]
    [InlineData("private", "", "100.64.0.1", 80, false)]
    [InlineData("private", "", "fd00::1", 80, false)]
    [InlineData("private", "", "10.99.0.1", 80, false)]
    [InlineData("private", "", "1.1.1.1", 80, true)]
    [InlineData("host", "", "10.99.0.1", 80, false)]
    [InlineData("host", "", "fd99::1", 80, false)]
    [InlineData("host", "", "1.1.1.1", 80, true)]
    [InlineData("", "1.1.1.1:443/tcp", "1.1.1.1", 443, true)]
    [InlineData("", "1.1.1.1:443/tcp", "1.1.1.1", 80, false)]
    [InlineData("", "1.1.1.1:443/tcp", "1.1.1.2", 443, false)]
    [InlineData("", "internet", "1.1.1.1", 443, true)]
    [InlineData("", "internet", "10.0.0.1", 443, false)]
    [InlineData("", "internet", "10.99.0.1", 443, false)]
    [InlineData("", "internet", "64:ff9b::a00:1", 443, false)]
    [InlineData("", "internet", "10.99.0.3", 443, false)]
    [InlineData("", "network", "10.99.0.3", 443, true)]
    [InlineData("", "network", "10.99.0.1", 443, false)]
    [InlineData("1.1.1.1", "internet", "1.1.1.1", 443, false)]
    [InlineData("all/udp", "", "1.1.1.1", 443, true)]
    public void RulesAreFollowed(string deny, string allow, string to, int port, bool mayReach)
    {
        NetworkStack zone = wire.Join(Policy(deny, allow));
        Assert.Equal(mayReach, zone.Access.Permits(zone.Ports[0], Tcp, Wire.Address(to), (ushort)port));
    }

    [Fact]
    public void TheHostsOwnAddressesAreTheHost()
    {
        NetworkStack zone = wire.Join(Policy("host", ""));
        foreach (IPAddress own in System.Net.Dns.GetHostAddresses(System.Net.Dns.GetHostName()).Where(static one => !one.IsIPv6LinkLocal))
            Assert.False(zone.Access.Permits(zone.Ports[0], Tcp, Wire.Address(own.ToString()), 22), own.ToString());
    }

    [Theory]
    [InlineData("host")]
    [InlineData("10.99.0.1")]
    [InlineData("all")]
    [InlineData("private")]
    public void TheHostsServicesAreOutOfReach(string deny)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var datagrams = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        NetworkStack zone = wire.Join(Policy(deny, ""));
        using GuestSocket stream = wire.Tcp(zone), mapped = wire.Tcp(zone, SocketFamily.Inet6), messages = wire.Udp(zone);
        Assert.Equal(Errno.EACCES, stream.Connect(Wire.GatewayAddress, port));
        Assert.Equal(Errno.EACCES, mapped.Connect(Wire.Address("::ffff:10.99.0.1"), port));
        Assert.Equal(Errno.EACCES, messages.SendTo([1], Wire.GatewayAddress, ((IPEndPoint)datagrams.Client.LocalEndPoint!).Port));
        Assert.False(listener.Pending());
        Assert.Equal(0, datagrams.Available);
        Assert.Equal(0, zone.Access.OpenFlows);
    }

    [Theory]
    [InlineData("10.99.0.0/24", "", false)]
    [InlineData("network", "", false)]
    [InlineData("", "internet", false)]
    [InlineData("host", "", true)]
    [InlineData("", "network", true)]
    public void NeighboursAreFencedOffToo(string deny, string allow, bool mayReach)
    {
        NetworkStack zone = wire.Join(Policy(deny, allow)), other = wire.Join();
        using GuestSocket listener = wire.Tcp(other), stream = wire.Tcp(zone), messages = wire.Udp(zone);
        Assert.Equal((Errno)0, listener.Bind(IpAddress.AnyV4, 80));
        Assert.Equal((Errno)0, listener.Listen());
        Assert.Equal(mayReach ? 0 : Errno.EACCES, stream.Connect(Wire.Address("10.99.0.3"), 80));
        Assert.Equal(mayReach ? 0 : Errno.EACCES, messages.SendTo([1], Wire.Address("10.99.0.3"), 53));
    }

    [Fact]
    public void AFencedZoneReachesItself()
    {
        NetworkStack zone = wire.Join(Policy("all", ""));
        using GuestSocket listener = wire.Tcp(zone), stream = wire.Tcp(zone);
        Assert.Equal((Errno)0, listener.Bind(IpAddress.AnyV4, 80));
        Assert.Equal((Errno)0, listener.Listen());
        Assert.Equal((Errno)0, stream.Connect(Wire.Address("10.99.0.2"), 80));
        using GuestSocket local = wire.Tcp(zone);
        Assert.Equal((Errno)0, local.Connect(IpAddress.Loopback, 80));
    }

    [Fact]
    public void BytesComeAtTheRateThatIsAllowed()
    {
        const int Rate = 400_000, Sent = 500_000;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using GuestSocket guest = wire.Tcp(wire.Join(new NetworkPolicy { BytesPerSecond = Rate }));
        Assert.Equal((Errno)0, guest.Connect(Wire.GatewayAddress, ((IPEndPoint)listener.LocalEndpoint).Port));
        using Socket host = listener.AcceptSocket();
        var time = System.Diagnostics.Stopwatch.StartNew();
        host.Send(new byte[Sent]);
        host.Shutdown(SocketShutdown.Send);
        Assert.Equal(Sent, guest.ReceiveAll().Data.Length);
        Assert.InRange(time.Elapsed.TotalSeconds, 0.9, 20);
    }

    [Fact]
    public void ConnectionsComeAtTheRateThatIsAllowed()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        NetworkStack zone = wire.Join(new NetworkPolicy { FlowsPerSecond = 10 });
        var time = System.Diagnostics.Stopwatch.StartNew();
        for (int i = 0; i < 20; i++)
        {
            using GuestSocket guest = wire.Tcp(zone);
            Assert.Equal((Errno)0, guest.Connect(Wire.GatewayAddress, ((IPEndPoint)listener.LocalEndpoint).Port));
        }
        Assert.InRange(time.Elapsed.TotalSeconds, 0.9, 20);
    }

    private static NetworkPolicy Policy(string deny, string allow) => new() { Deny = Rules(deny), Allow = Rules(allow) };

    private static NetworkRule[] Rules(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(one => NetworkRule.TryParse(one, out NetworkRule rule) ? rule : throw new FormatException(one))];
}
