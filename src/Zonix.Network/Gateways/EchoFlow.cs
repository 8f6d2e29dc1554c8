using System.Buffers.Binary;
using Zonix.Host.Sockets;
using Zonix.Network.Policy;
using Zonix.Network.Raw;

namespace Zonix.Network.Gateways;

/// <summary>
/// Echoes between a zone and an address beyond the machine: a ping socket of the host. The host numbers such sockets itself; answers get
/// the zone's number back. icmp(7).
/// </summary>
internal sealed class EchoFlow(HostGateway gateway, EchoKey key, NetworkAccess access, HostSocket socket) : HostFlow(gateway, key.Port, access, socket)
{
    private const int IdentifierAt = 4, SmallestMessage = 8;
    private const long IdleNs = 30_000_000_000;
    private int hopLimit = UsualHops;

    internal EchoKey Key => key;

    private protected override long PatienceNs => IdleNs;

    internal Errno Send(ReadOnlySpan<byte> message, int hops)
    {
        if (!Passes(message.Length, isSent: true))
            return 0;
        if (hops != hopLimit)
            Socket.LimitHops(hopLimit = hops, key.To.IsV4);
        long sent = Socket.Send(message);
        return sent >= 0 || sent == -EAGAIN ? 0 : (Errno)(-sent);
    }

    private protected override void ReceiveAll(Span<byte> buffer)
    {
        while (!IsClosed)
        {
            long got = Socket.Receive(buffer);
            if (got < 0)
                break;
            if (got < SmallestMessage || !Passes((int)got, isSent: false))
                continue;
            Span<byte> message = buffer[..(int)got];
            BinaryPrimitives.WriteUInt16BigEndian(message[IdentifierAt..], key.Identifier);
            IcmpMessage.WriteChecksum(message, new IpHead(key.To, key.From, key.To.IsV4 ? IcmpMessage.Icmp : IcmpMessage.Icmp6, UsualHops, 0));
            Port.Stack.ReceiveIcmp(Port, key.To, key.From, message, UsualHops);
        }
    }
}
