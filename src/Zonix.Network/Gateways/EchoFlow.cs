using System.Buffers.Binary;
using Zonix.Host.Files;
using Zonix.Host.Sockets;
using Zonix.Network.Fabric;
using Zonix.Network.Policy;

namespace Zonix.Network.Gateways;

/// <summary>
/// Echoes between a zone and an address beyond the machine: a ping socket of the host. The host numbers such sockets itself; answers get
/// the zone's number back. icmp(7).
/// </summary>
internal sealed class EchoFlow(HostGateway gateway, EchoKey key, NetworkAccess access, HostSocket socket) : IReadinessObserver
{
    private const int EAGAIN = 11, IdentifierAt = 4, ChecksumAt = 2, SmallestMessage = 8, UsualHops = 64, Largest = 65536;
    private const long IdleNs = 30_000_000_000;
    private readonly byte[] buffer = new byte[Largest];
    private IReadinessWatch? watch;
    private long lastNs = gateway.NowNs;
    private int isClosed, hopLimit = UsualHops;

    internal EchoKey Key => key;

    internal bool IsIdle(long nowNs) => nowNs - Volatile.Read(ref lastNs) > IdleNs;

    internal bool Start()
    {
        if (!gateway.Watch(socket, this, out watch))
            return false;
        watch!.Arm(HostReadiness.Read);
        return true;
    }

    internal Errno Send(ReadOnlySpan<byte> message, int hops)
    {
        Volatile.Write(ref lastNs, gateway.NowNs);
        if (hops != hopLimit)
            socket.LimitHops(hopLimit = hops, key.To.IsV4);
        long sent = socket.Send(message);
        return sent >= 0 || sent == -EAGAIN ? 0 : (Errno)(-sent);
    }

    /// <inheritdoc/>
    public void Ready(HostReadiness readiness)
    {
        while (Volatile.Read(ref isClosed) == 0)
        {
            long got = socket.Receive(buffer);
            if (got < 0)
                break;
            if (got < SmallestMessage)
                continue;
            Span<byte> message = buffer.AsSpan(0, (int)got);
            BinaryPrimitives.WriteUInt16BigEndian(message[IdentifierAt..], key.Identifier);
            WriteChecksum(message);
            Volatile.Write(ref lastNs, gateway.NowNs);
            key.Port.Stack.ReceiveIcmp(key.Port, key.To, key.From, message, UsualHops);
        }
        if (Volatile.Read(ref isClosed) == 0)
            watch!.Arm(HostReadiness.Read);
    }

    internal void Close()
    {
        if (Interlocked.Exchange(ref isClosed, 1) != 0)
            return;
        watch?.Dispose();
        socket.Dispose();
        access.Closed();
    }

    /// <summary>The checksum of version 4's messages; that of version 6 covers addresses too, and has been looked at. RFC 1071.</summary>
    internal static void WriteChecksum(Span<byte> message)
    {
        BinaryPrimitives.WriteUInt16BigEndian(message[ChecksumAt..], 0);
        uint sum = 0;
        for (int i = 0; i + 1 < message.Length; i += 2)
            sum += BinaryPrimitives.ReadUInt16BigEndian(message[i..]);
        if ((message.Length & 1) != 0)
            sum += (uint)message[^1] << 8;
        while (sum >> 16 != 0)
            sum = (sum & 0xFFFF) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(message[ChecksumAt..], (ushort)~sum);
    }
}
