using Zonix.Host.Files;
using Zonix.Host.Sockets;
using Zonix.Network.Fabric;
using Zonix.Network.Policy;

namespace Zonix.Network.Gateways;

/// <summary>
/// What a zone's port and one beyond the machine say to each other: a connected socket of the host, whose kernel lets nobody else in.
/// It ends when nothing was said for a while.
/// </summary>
internal sealed class DatagramFlow : IReadinessObserver
{
    private const int EAGAIN = 11, ECONNREFUSED = 111, Largest = 65536, MostTurns = 64, UsualHops = 64;
    private const long AskedNs = 30_000_000_000, AnsweredNs = 120_000_000_000, LatestNs = 100_000_000;
    private readonly HostGateway gateway;
    private readonly NetworkAccess access;
    private readonly HostSocket socket;
    private IReadinessWatch? watch;
    private long lastNs;
    private int isClosed;
    private bool isAnswered;

    internal DatagramFlow(HostGateway gateway, in FlowKey key, NetworkAccess access, HostSocket socket)
    {
        this.gateway = gateway;
        this.access = access;
        this.socket = socket;
        Key = key;
        lastNs = gateway.NowNs;
    }

    /// <summary>Whose it is.</summary>
    internal FlowKey Key { get; }

    /// <summary>Whether it has been silent for too long: 30 s, or two minutes when both have spoken. As Linux's connection tracking.</summary>
    internal bool IsIdle(long nowNs) => nowNs - Volatile.Read(ref lastNs) > (isAnswered ? AnsweredNs : AskedNs);

    /// <summary>Begins to listen. False: the host cannot.</summary>
    internal bool Start()
    {
        if (!gateway.Watch(socket, this, out watch))
            return false;
        watch!.Arm(HostReadiness.Read);
        return true;
    }

    /// <summary>Sends a datagram of the zone's.</summary>
    internal Errno Send(ReadOnlySpan<byte> data)
    {
        Volatile.Write(ref lastNs, gateway.NowNs);
        // What is over the zone's rate is lost, as in a queue of a router.
        if (access.Charge(data.Length, isSent: true, LatestNs) < 0)
            return 0;
        long sent = socket.Send(data);
        if (sent == -ECONNREFUSED)
        {
            // The answer to what was sent before.
            Refused();
            sent = socket.Send(data);
        }
        if (sent >= 0)
            Key.Port.Interface.Counters.CountSent(data.Length);
        return sent >= 0 || sent == -EAGAIN || sent == -ECONNREFUSED ? 0 : (Errno)(-sent);
    }

    /// <inheritdoc/>
    public void Ready(HostReadiness readiness)
    {
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(Largest);
        for (int turn = 0; turn < MostTurns && Volatile.Read(ref isClosed) == 0; turn++)
        {
            long got = socket.Receive(buffer.AsSpan(0, Largest));
            if (got == -ECONNREFUSED)
                Refused();
            else if (got < 0)
                break;
            else
                Deliver(buffer.AsSpan(0, (int)got));
        }
        System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
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

    private void Deliver(ReadOnlySpan<byte> data)
    {
        isAnswered = true;
        Volatile.Write(ref lastNs, gateway.NowNs);
        if (access.Charge(data.Length, isSent: false, LatestNs) < 0)
            return;
        // With the socket the flow goes.
        if (!Key.Port.Stack.ReceiveDatagram(Key.Port, new DatagramHead(Key.To, Key.ToPort, Key.From, Key.FromPort, UsualHops, 0), data))
            gateway.Forget(this);
    }

    private void Refused() =>
        Key.Port.Stack.ReceiveUnreachable(
            Key.Port, new DatagramHead(Key.From, Key.FromPort, Key.To, Key.ToPort, UsualHops, 0), [], HostGateway.NoPort(Key.To));
}
