using Zonix.Host.Sockets;
using Zonix.Network.Fabric;
using Zonix.Network.Policy;

namespace Zonix.Network.Gateways;

/// <summary>
/// What a zone's port and one beyond the machine say to each other: a connected socket of the host, whose kernel lets nobody else in.
/// </summary>
internal sealed class DatagramFlow(HostGateway gateway, in FlowKey key, NetworkAccess access, HostSocket socket) : HostFlow(gateway, key.Port, access, socket)
{
    private const int ECONNREFUSED = 111, MostTurns = 64;
    private const long AskedNs = 30_000_000_000, AnsweredNs = 120_000_000_000;
    private bool isAnswered;

    /// <summary>Whose it is.</summary>
    internal FlowKey Key { get; } = key;

    // 30 s, or two minutes when both have spoken. As Linux's connection tracking.
    private protected override long PatienceNs => isAnswered ? AnsweredNs : AskedNs;

    /// <summary>Sends a datagram of the zone's.</summary>
    internal Errno Send(ReadOnlySpan<byte> data)
    {
        if (!Passes(data.Length, isSent: true))
            return 0;
        long sent = Socket.Send(data);
        if (sent == -ECONNREFUSED)
        {
            // The answer to what was sent before.
            Refused();
            sent = Socket.Send(data);
        }
        if (sent >= 0)
            Port.Interface.Counters.CountSent(data.Length);
        return sent >= 0 || sent == -EAGAIN || sent == -ECONNREFUSED ? 0 : (Errno)(-sent);
    }

    private protected override void ReceiveAll(Span<byte> buffer)
    {
        for (int turn = 0; turn < MostTurns && !IsClosed; turn++)
        {
            long got = Socket.Receive(buffer);
            if (got == -ECONNREFUSED)
                Refused();
            else if (got < 0)
                break;
            else
                Deliver(buffer[..(int)got]);
        }
    }

    private void Deliver(ReadOnlySpan<byte> data)
    {
        isAnswered = true;
        if (!Passes(data.Length, isSent: false))
            return;
        // With the socket the flow goes.
        if (!Port.Stack.ReceiveDatagram(Port, new DatagramHead(Key.To, Key.ToPort, Key.From, Key.FromPort, UsualHops, 0), data))
            Gateway.Forget(this);
    }

    private void Refused() =>
        Port.Stack.ReceiveUnreachable(Port, new DatagramHead(Key.From, Key.FromPort, Key.To, Key.ToPort, UsualHops, 0), [], HostGateway.NoPort(Key.To));
}
