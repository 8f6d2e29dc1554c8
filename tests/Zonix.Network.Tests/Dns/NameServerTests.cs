using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using CsCheck;
using Zonix.Abi;
using Zonix.Kernel.Sockets;
using Zonix.Network.Dns;
using Zonix.Network.Gateways;
using Zonix.Network.Policy;

namespace Zonix.Network.Tests.Dns;

/// <summary>The name server at the gateway's address.</summary>
public sealed class NameServerTests : IDisposable
{
    private const ushort A = 1, MX = 15, PTR = 12, AAAA = 28;
    private readonly UdpClient upstream = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly string resolvers = Path.GetTempFileName();
    private readonly Wire wire;
    private readonly NetworkStack zone;

    public NameServerTests()
    {
        File.WriteAllText(resolvers, "# a comment\nnameserver 127.0.0.1\n");
        wire = new Wire(new GatewayOptions { ResolverFile = resolvers, ResolverPort = (ushort)((IPEndPoint)upstream.Client.LocalEndPoint!).Port });
        zone = wire.Join(null, "web", "www");
        wire.Join(null, "db");
    }

    public void Dispose()
    {
        wire.Dispose();
        upstream.Dispose();
        File.Delete(resolvers);
    }

    [Theory]
    [InlineData("db", A, "10.99.0.3")]
    [InlineData("DB", A, "10.99.0.3")]
    [InlineData("db.wire", A, "10.99.0.3")]
    [InlineData("db", AAAA, "fd99::3")]
    [InlineData("www", A, "10.99.0.2")]
    [InlineData("host.zonix.internal", A, "10.99.0.1")]
    [InlineData("host.docker.internal", AAAA, "fd99::1")]
    [InlineData("localhost", A, "127.0.0.1")]
    public void NamesOfTheNetworkAreKnown(string name, ushort type, string address)
    {
        byte[] answer = Ask(Question(name, type));
        Assert.Equal((DnsCode.NoError, 1), (CodeOf(answer), CountOf(answer)));
        ReadOnlySpan<byte> data = answer.AsSpan(answer.Length - (type == A ? 4 : 16));
        Assert.Equal(Wire.Address(address), type == A ? IpAddress.ReadV4(data) : IpAddress.ReadV6(data));
    }

    [Fact]
    public void AKnownNameHasNoOtherRecords()
    {
        byte[] answer = Ask(Question("db", MX));
        Assert.Equal((DnsCode.NoError, 0), (CodeOf(answer), CountOf(answer)));
    }

    [Fact]
    public void AddressesHaveNames()
    {
        byte[] answer = Ask(Question("3.0.99.10.in-addr.arpa", PTR));
        Assert.Equal(1, CountOf(answer));
        Assert.Equal("\u0002db\u0004wire\0"u8.ToArray(), answer[^9..]);
        Assert.Equal(DnsCode.NameError, CodeOf(Ask(Question("77.0.99.10.in-addr.arpa", PTR))));
        Assert.Equal(1, CountOf(Ask(Question("3.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.9.9.d.f.ip6.arpa", PTR))));
    }

    [Fact]
    public void WhatIsNobodysIsNotAskedOfOthers() => Assert.Equal(DnsCode.NameError, CodeOf(Ask(Question("other.zonix.internal", A))));

    [Fact]
    public void OtherNamesAreAskedOfTheHostsServer()
    {
        byte[] question = Question("example.org", A);
        using GuestSocket guest = Send(question);
        IPEndPoint? from = null;
        byte[] passed = upstream.Receive(ref from);
        Assert.Equal(question[2..], passed[2..]);
        // Neither a wrong number nor another question is an answer.
        upstream.Send(Reply(Flip(passed, 0)), from!);
        upstream.Send(Reply(Flip(passed, 14)), from!);
        upstream.Send([.. Reply(passed), 1, 2, 3], from!);
        byte[] answer = Receive(guest);
        Assert.Equal(question[..2], answer[..2]);
        Assert.Equal([1, 2, 3], answer[^3..]);
    }

    [Fact]
    public void AnAnswerThatIsTooLongIsCutAndWholeByAStream()
    {
        byte[] question = Question("example.org", A);
        using (GuestSocket guest = Send(question))
        {
            IPEndPoint? from = null;
            byte[] passed = upstream.Receive(ref from);
            upstream.Send([.. Reply(passed), .. new byte[1000]], from!);
            byte[] cut = Receive(guest);
            Assert.Equal(question.Length, cut.Length);
            Assert.Equal(2, cut[2] & 2);
        }
        using var listener = new TcpListener((IPEndPoint)upstream.Client.LocalEndPoint!);
        listener.Start();
        using GuestSocket stream = wire.Tcp(zone);
        Assert.Equal((Errno)0, stream.Connect(Wire.GatewayAddress, 53));
        Assert.Equal((Errno)0, stream.Send(Framed(question)));
        using Socket server = listener.AcceptSocket();
        byte[] asked = new byte[question.Length + 2];
        for (int count = 0; count < asked.Length;)
            count += server.Receive(asked.AsSpan(count));
        server.Send(Framed([.. Reply(asked[2..]), .. new byte[1000]]));
        byte[] whole = ReceiveFramed(stream);
        Assert.Equal(question.Length + 1000, whole.Length);
    }

    [Fact]
    public void QuestionsOfAStreamAreAnsweredOneAfterAnother()
    {
        using GuestSocket stream = wire.Tcp(zone);
        Assert.Equal((Errno)0, stream.Connect(Wire.GatewayAddress, 53));
        byte[] both = [.. Framed(Question("db", A)), .. Framed(Question("web", A))];
        Assert.Equal((Errno)0, stream.Send(both[..20]));
        Assert.Equal((Errno)0, stream.Send(both[20..]));
        Assert.Equal(1, CountOf(ReceiveFramed(stream)));
        Assert.Equal(1, CountOf(ReceiveFramed(stream)));
        stream.Socket.Shutdown(false, true);
        Assert.Equal(0, stream.Receive(new byte[1]).Count);
    }

    [Fact]
    public void WithoutAServerItFails()
    {
        upstream.Close();
        Assert.Equal(DnsCode.ServerFailure, CodeOf(Ask(Question("example.org", A))));
    }

    [Theory]
    [InlineData("dns", "", true)]
    [InlineData("all", "", true)]
    [InlineData("", "1.1.1.1", true)]
    [InlineData("", "1.1.1.1 dns", false)]
    [InlineData("", "127.0.0.0/8:53", false)]
    public void AFencedZoneAsksNobodyBeyond(string deny, string allow, bool isRefused)
    {
        NetworkStack fenced = wire.Join(new NetworkPolicy { Deny = Rules(deny), Allow = Rules(allow) });
        using GuestSocket guest = wire.Udp(fenced);
        guest.SendTo(Question("db", A), Wire.GatewayAddress, 53);
        Assert.Equal(1, CountOf(Receive(guest)));
        guest.SendTo(Question("secret.example.org", A), Wire.GatewayAddress, 53);
        if (isRefused)
        {
            Assert.Equal(DnsCode.Refused, CodeOf(Receive(guest)));
            Assert.Equal(0, upstream.Available);
        }
        else
        {
            IPEndPoint? from = null;
            upstream.Receive(ref from);
        }
    }

    [Theory]
    [InlineData(2, 0x10, DnsCode.NotImplemented)]
    [InlineData(5, 0, DnsCode.FormatError)]
    [InlineData(5, 2, DnsCode.FormatError)]
    [InlineData(12, 0xC0, DnsCode.FormatError)]
    [InlineData(12, 63, DnsCode.FormatError)]
    [InlineData(11, 9, DnsCode.FormatError)]
    internal void WhatCannotBeReadIsSaidToBeSo(int at, byte value, DnsCode code)
    {
        byte[] question = Question("db", A);
        question[at] = value;
        Assert.Equal(code, CodeOf(Ask(question)));
    }

    [Fact]
    public void NoBytesThrow()
    {
        Gen.Byte.Array[0, 100].Sample(bytes => { DnsQuery.TryRead(bytes, out _, out _); });
        byte[] good = [.. Question("a.b.c", A), 0, 0, 41, 0x10, 0, 0, 0, 0, 0, 0, 0];
        good[11] = 1;
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, good.Length]).Sample((at, value, length) =>
        {
            byte[] bad = good[..];
            bad[at] = value;
            if (DnsQuery.TryRead(bad.AsSpan(0, length), out DnsQuery query, out DnsCode code) || code != DnsCode.NoError)
                _ = DnsAnswer.Write(bad, query, code);
            return true;
        });
        Gen.String.Sample(name => { NameServer.TryReadReverse(name, out _); });
        Gen.Byte.Array[0, 60].Sample(bytes =>
        {
            using GuestSocket guest = wire.Udp(zone);
            return guest.SendTo(bytes, Wire.GatewayAddress, 53) == 0;
        }, iter: 200);
        Assert.Equal(1, CountOf(Ask(Question("db", A))));
    }

    private static NetworkRule[] Rules(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(one => NetworkRule.TryParse(one, out NetworkRule rule) ? rule : throw new FormatException(one))];

    private static byte[] Question(string name, ushort type)
    {
        byte[] head = [0xAB, 0xCD, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        return [.. head, .. DnsAnswer.NameData(name), 0, (byte)type, 0, 1];
    }

    private static byte[] Reply(byte[] question)
    {
        byte[] reply = question[..];
        reply[2] |= 0x80;
        return reply;
    }

    private static byte[] Flip(byte[] message, int at)
    {
        byte[] other = message[..];
        other[at] ^= 3;
        return other;
    }

    private static byte[] Framed(byte[] message) => [(byte)(message.Length >> 8), (byte)message.Length, .. message];

    private static DnsCode CodeOf(byte[] answer) => (DnsCode)(answer[3] & 15);

    private static int CountOf(byte[] answer) => BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(6));

    private static byte[] Receive(GuestSocket guest)
    {
        byte[] buffer = new byte[4096];
        (int count, ReceivedMessage message) = guest.Receive(buffer);
        Assert.Equal((Wire.GatewayAddress, (ushort)53), (message.From.Address, message.From.Port));
        return buffer[..count];
    }

    private static byte[] ReceiveFramed(GuestSocket stream)
    {
        byte[] head = new byte[2];
        Assert.Equal(2, stream.Receive(head).Count);
        byte[] message = new byte[BinaryPrimitives.ReadUInt16BigEndian(head)];
        for (int count = 0; count < message.Length;)
        {
            byte[] part = new byte[message.Length - count];
            int got = stream.Receive(part).Count;
            Assert.True(got > 0);
            part.AsSpan(0, got).CopyTo(message.AsSpan(count));
            count += got;
        }
        return message;
    }

    private GuestSocket Send(byte[] question)
    {
        GuestSocket guest = wire.Udp(zone);
        Assert.Equal((Errno)0, guest.SendTo(question, Wire.GatewayAddress, 53));
        return guest;
    }

    private byte[] Ask(byte[] question)
    {
        using GuestSocket guest = Send(question);
        return Receive(guest);
    }
}
