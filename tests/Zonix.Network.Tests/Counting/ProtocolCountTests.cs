using Zonix.Abi;
using Zonix.Kernel.Sockets;
using Zonix.Kernel.Vfs;

namespace Zonix.Network.Tests.Counting;

/// <summary>What stacks count of IP, ICMP, TCP and UDP: each end its own.</summary>
public sealed class ProtocolCountTests
{
    private static readonly IpAddress Second = Wire.Address("10.99.0.3");

    [Fact]
    public void A_connection_counts_while_it_is_open_and_stays_counted()
    {
        using var wire = new Wire();
        NetworkStack client = wire.Join(), server = wire.Join();
        using var listener = new GuestSocket(wire, server, SocketFamily.Inet, SocketKind.Stream);
        Assert.Equal((Errno)0, listener.Bind(Second, 80));
        Assert.Equal((Errno)0, listener.Listen());
        var asking = new GuestSocket(wire, client, SocketFamily.Inet, SocketKind.Stream);
        Assert.Equal((Errno)0, asking.Connect(Second, 80));
        GuestSocket end = listener.Accept();
        Expect(client, ("TcpActiveOpens", 1), ("TcpPassiveOpens", 0), ("TcpCurrEstab", 1), ("TcpOutSegs", 2), ("TcpInSegs", 1));
        Expect(server, ("TcpActiveOpens", 0), ("TcpPassiveOpens", 1), ("TcpCurrEstab", 1), ("TcpOutSegs", 1), ("TcpInSegs", 2));

        Assert.Equal((Errno)0, asking.Send(new byte[1000]));
        Assert.Equal(1000, end.Receive(new byte[2000]).Count);
        Expect(client, ("TcpOutSegs", 3), ("TcpInSegs", 2), ("IpOutRequests", 3), ("IpExtOutOctets", (3 * 52) + 1000), ("Ip6OutRequests", 0));
        Expect(server, ("TcpOutSegs", 2), ("TcpInSegs", 3), ("IpInReceives", 3), ("IpInDelivers", 3), ("IpExtInOctets", (3 * 52) + 1000));

        asking.Dispose();
        end.Dispose();
        Expect(client, ("TcpCurrEstab", 0), ("TcpOutSegs", 5), ("TcpInSegs", 4), ("TcpEstabResets", 0), ("TcpOutRsts", 0));
        Expect(server, ("TcpCurrEstab", 0), ("TcpOutSegs", 4), ("TcpInSegs", 5));
    }

    [Fact]
    public void Refusals_and_resets_count()
    {
        using var wire = new Wire();
        NetworkStack client = wire.Join(), server = wire.Join();
        using (var asking = new GuestSocket(wire, client, SocketFamily.Inet, SocketKind.Stream))
            Assert.Equal(Errno.ECONNREFUSED, asking.Connect(Second, 81));
        Expect(client, ("TcpActiveOpens", 1), ("TcpAttemptFails", 1), ("TcpOutSegs", 1), ("TcpInSegs", 1), ("TcpOutRsts", 0));
        Expect(server, ("TcpPassiveOpens", 0), ("TcpOutRsts", 1), ("TcpOutSegs", 1), ("TcpInSegs", 1));

        using var listener = new GuestSocket(wire, server, SocketFamily.Inet, SocketKind.Stream);
        Assert.Equal((Errno)0, listener.Bind(Second, 82));
        Assert.Equal((Errno)0, listener.Listen());
        var other = new GuestSocket(wire, client, SocketFamily.Inet, SocketKind.Stream);
        Assert.Equal((Errno)0, other.Connect(Second, 82));
        using GuestSocket end = listener.Accept();
        Assert.Equal((Errno)0, end.Send([1, 2, 3]));

        // What was not read makes its end a reset.
        other.Dispose();
        Expect(client, ("TcpOutRsts", 1), ("TcpEstabResets", 1));
        Expect(server, ("TcpEstabResets", 1), ("TcpOutRsts", 1), ("TcpCurrEstab", 0));
    }

    [Theory]
    [InlineData("10.99.0.3", "Udp", "Ip", "Icmp")]
    [InlineData("fd99::3", "Udp6", "Ip6", "Icmp6")]
    public void Datagrams_count(string to, string udp, string ip, string icmp)
    {
        using var wire = new Wire();
        NetworkStack client = wire.Join(), server = wire.Join();
        IpAddress there = Wire.Address(to);
        SocketFamily family = there.IsV4 ? SocketFamily.Inet : SocketFamily.Inet6;
        using var asking = new GuestSocket(wire, client, family, SocketKind.Datagram);
        using var answering = new GuestSocket(wire, server, family, SocketKind.Datagram);
        Assert.Equal((Errno)0, answering.Bind(there, 53));
        Assert.Equal((Errno)0, asking.SendTo(new byte[100], there, 53));
        Expect(client, (udp + "OutDatagrams", 1), (ip + "OutRequests", 1));
        Expect(server, (udp + "InDatagrams", 0), (ip + "InReceives", 1), (ip == "Ip" ? "IpExtInOctets" : "Ip6InOctets", 100 + 8 + (there.IsV4 ? 20 : 40)));
        Assert.Equal(100, answering.Receive(new byte[200], MessageFlags.MSG_PEEK).Count);
        Expect(server, (udp + "InDatagrams", 0));
        Assert.Equal(100, answering.Receive(new byte[200]).Count);
        Expect(server, (udp + "InDatagrams", 1), (udp + "NoPorts", 0));

        // Nobody has the port.
        asking.SendTo([1], there, 54);
        Expect(server, (udp + "NoPorts", 1), (icmp + "OutDestUnreachs", 1), (icmp + "OutMsgs", 1));
        Expect(client, (icmp + "InDestUnreachs", 1), (icmp + "InMsgs", 1));

        // No room.
        answering.Socket.SetOption(SocketOption.ReceiveBuffer, 1);
        for (int i = 0; i < 50; i++)
            asking.SendTo(new byte[1000], there, 53);
        long lost = server.ProtocolCounts[udp + "RcvbufErrors"];
        Assert.InRange(lost, 1, 50);
        Expect(server, (udp + "InErrors", lost));
    }

    private static void Expect(NetworkStack stack, params (string Name, long Number)[] expected)
    {
        IReadOnlyDictionary<string, long> counts = stack.ProtocolCounts;
        Assert.All(expected, one => Assert.Equal($"{one.Name} {one.Number}", $"{one.Name} {counts[one.Name]}"));
    }
}
