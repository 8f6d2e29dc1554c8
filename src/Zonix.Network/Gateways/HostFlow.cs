using Zonix.Host.Files;
using Zonix.Host.Sockets;
using Zonix.Network.Fabric;
using Zonix.Network.Policy;

namespace Zonix.Network.Gateways;

/// <summary>Messages between a zone's port and an address beyond the machine, over a socket of the host. It ends when nothing was said for a while.</summary>
internal abstract class HostFlow(HostGateway gateway, NetworkPort port, NetworkAccess access, HostSocket socket) : IReadinessObserver
{
    private protected const int EAGAIN = 11, Largest = 65536, UsualHops = 64;
    private const long LatestNs = 100_000_000;
    private IReadinessWatch? watch;
    private long lastNs = gateway.NowNs;
    private int isClosed;

    private protected HostGateway Gateway => gateway;

    private protected NetworkPort Port => port;

    private protected HostSocket Socket => socket;

    private protected bool IsClosed => Volatile.Read(ref isClosed) != 0;

    /// <summary>For how long it may be silent.</summary>
    private protected abstract long PatienceNs { get; }

    /// <summary>Whether it has been silent for too long.</summary>
    internal bool IsIdle(long nowNs) => nowNs - Volatile.Read(ref lastNs) > PatienceNs;

    /// <summary>Begins to listen. False: the host cannot.</summary>
    internal bool Start()
    {
        if (!gateway.Watch(socket, this, out watch))
            return false;
        watch!.Arm(HostReadiness.Read);
        return true;
    }

    internal void Close()
    {
        if (Interlocked.Exchange(ref isClosed, 1) != 0)
            return;
        watch?.Dispose();
        socket.Dispose();
        access.Closed();
    }

    /// <inheritdoc/>
    public void Ready(HostReadiness readiness)
    {
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(Largest);
        ReceiveAll(buffer.AsSpan(0, Largest));
        System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        if (!IsClosed)
            watch!.Arm(HostReadiness.Read);
    }

    /// <summary>Takes what the socket has, by way of a buffer.</summary>
    private protected abstract void ReceiveAll(Span<byte> buffer);

    /// <summary>A message goes out, or comes in. False: it is over the zone's rate, and lost, as in a queue of a router.</summary>
    private protected bool Passes(int bytes, bool isSent)
    {
        Volatile.Write(ref lastNs, gateway.NowNs);
        return access.Charge(bytes, isSent, LatestNs) >= 0;
    }
}
