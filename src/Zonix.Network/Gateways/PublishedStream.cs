using Zonix.Host.Files;
using Zonix.Host.Sockets;
using Zonix.Kernel.Time;
using Zonix.Network.Fabric;
using Zonix.Network.Policy;

namespace Zonix.Network.Gateways;

/// <summary>
/// A listener of the host. A connection is opened to the zone's listener as soon as the host has it; while too many wait there, they wait
/// in the host's queue. One to a port where nobody listens is reset.
/// </summary>
internal sealed class PublishedStream : PublishedPort, IExpiry
{
    private const int EAGAIN = 11, EINTR = 4, ECONNABORTED = 103, MostTurns = 64;
    private const long RetryNs = 2_000_000, ShortageNs = 50_000_000;
    private readonly Lock gate = new();
    private readonly KernelTimer retry;
    private (HostTcpEnd End, HostEndpoint From)? waiting;

    internal PublishedStream(HostGateway gateway, NetworkPort port, PortBinding binding, HostSocket socket)
        : base(gateway, port, binding, socket) => retry = new KernelTimer(this);

    /// <inheritdoc/>
    public override void Ready(HostReadiness readiness) => Accept();

    /// <inheritdoc/>
    public void Expired(long nowNs) => Accept();

    private protected override void Closed()
    {
        Gateway.Disarm(retry);
        (HostTcpEnd End, HostEndpoint From)? left;
        lock (gate)
            (left, waiting) = (waiting, null);
        left?.End.Break();
    }

    private void Accept()
    {
        long pauseNs = 0;
        for (int turn = 0; turn < MostTurns && !IsClosed; turn++)
        {
            (HostTcpEnd End, HostEndpoint From)? next;
            lock (gate)
                (next, waiting) = (waiting, null);
            next ??= Take(out pauseNs);
            if (next is null || !LetIn(next.Value.End, next.Value.From, ref pauseNs))
                break;
        }
        if (pauseNs > 0)
            Gateway.Arm(retry, pauseNs);
        else
            Listen();
    }

    private (HostTcpEnd End, HostEndpoint From)? Take(out long pauseNs)
    {
        pauseNs = 0;
        NetworkAccess access = Port.Stack.Access;
        if (!access.Opens(long.MaxValue, out long delayNs))
        {
            pauseNs = ShortageNs;
            return null;
        }
        int e = Socket.Accept(out HostSocket? accepted, out HostEndpoint from);
        if (e != 0)
        {
            access.Closed();
            // What is left says that the host has no more descriptors: others may be closed.
            pauseNs = e is EAGAIN or EINTR or ECONNABORTED ? 0 : ShortageNs;
            return null;
        }
        HostTcpEnd end = Gateway.Adopt(Port, access, accepted!);
        if (delayNs == 0)
            return (end, from);
        lock (gate)
            waiting = (end, from);
        pauseNs = delayNs;
        return null;
    }

    // False: it is to wait.
    private bool LetIn(HostTcpEnd end, HostEndpoint from, ref long pauseNs)
    {
        if (Target is not { } target)
        {
            end.Break();
            return true;
        }
        switch (Port.Stack.Open(Port, end, target, Binding.ZonePort, SeenFrom(from, target), from.Port))
        {
            case 0:
                end.Start();
                return true;
            case Errno.EAGAIN:
                lock (gate)
                    waiting = (end, from);
                pauseNs = RetryNs;
                return false;
            default:
                end.Break();
                return true;
        }
    }
}
