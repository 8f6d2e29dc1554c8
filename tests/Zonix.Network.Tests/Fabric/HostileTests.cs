using System.Buffers.Binary;
using CsCheck;
using Zonix.Abi;
using Zonix.Kernel.Sockets;

namespace Zonix.Network.Tests.Fabric;

/// <summary>A zone that means harm: what it sends, however malformed, leaves its neighbours as they were.</summary>
public sealed class HostileTests
{
    private const int IPPROTO_RAW = 255, Port = 5555;
    private static readonly IpAddress Attacker = Wire.Address("10.99.0.2"), Victim = Wire.Address("10.99.0.3");

    // Packets whose head says anything, and some that are nearly right.
    private static readonly Gen<byte[]> Packets = Gen.Select(Gen.Byte.Array[20, 120], Gen.Byte[0, 20], Gen.Int[0, 3]).Select(static (bytes, protocol, sort) =>
    {
        if (sort == 0)
            return bytes;
        bytes[0] = 0x45;
        bytes[9] = sort == 1 ? (byte)17 : sort == 2 ? (byte)6 : protocol;
        // From a neighbour's address, or its own.
        new byte[] { 10, 99, 0, (byte)(bytes[12] % 5) }.CopyTo(bytes, 12);
        new byte[] { 10, 99, 0, 3 }.CopyTo(bytes, 16);
        if (bytes.Length >= 28)
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(22), Port);
        return bytes;
    });

    [Fact]
    public void No_packet_harms_a_neighbour_or_passes_for_anothers()
    {
        using var wire = new Wire();
        NetworkStack attacker = wire.Join(), victim = wire.Join(), third = wire.Join();
        using GuestSocket raw = new(wire, attacker, SocketFamily.Inet, SocketKind.Raw, IPPROTO_RAW), heard = wire.Udp(victim), server = wire.Tcp(victim);
        Assert.Equal((Errno)0, heard.Bind(IpAddress.Any, Port));
        Assert.Equal((Errno)0, server.Bind(Victim, Port));
        Assert.Equal((Errno)0, server.Listen());

        // From several threads: what one is told of, another may have taken.
        Packets.Sample(packet =>
        {
            byte[] got = new byte[256];
            raw.SendTo(packet, Victim, 0);
            while ((heard.Socket.Poll(PollEvents.POLLIN) & (PollEvents.POLLIN | PollEvents.POLLERR)) != 0)
            {
                (int count, ReceivedMessage message) = heard.Receive(got, MessageFlags.MSG_DONTWAIT);
                if (count >= 0 && message.From.Address != Attacker)
                    Assert.Fail($"came from {message.From.Address}");
            }
        });

        using GuestSocket client = wire.Tcp(third);
        Assert.Equal((Errno)0, client.Connect(Victim, Port));
        using GuestSocket accepted = server.Accept();
        Assert.Equal(Wire.Address("10.99.0.4"), accepted.Socket.PeerName!.Value.Address);
    }

    [Fact]
    public void A_scan_of_all_ports_leaves_nothing_behind()
    {
        using var wire = new Wire();
        NetworkStack attacker = wire.Join(), victim = wire.Join();
        using GuestSocket server = wire.Tcp(victim);
        Assert.Equal((Errno)0, server.Bind(Victim, Port));
        Assert.Equal((Errno)0, server.Listen(1));
        int open = 0;
        for (int port = 1; port <= ushort.MaxValue; port++)
        {
            using GuestSocket probe = wire.Tcp(attacker);
            open += probe.Connect(Victim, port) == 0 ? 1 : 0;
        }
        Assert.Equal(1, open);
        server.Accept().Dispose();
        Assert.Equal(0, victim.Buffers.Used);
        Assert.Equal(0, attacker.Buffers.Used);
    }
}
