using Zonix.Host.Files;
using Zonix.Host.Sockets;
using Zonix.Kernel.Time;
using Zonix.Network.Fabric;
using Zonix.Network.Policy;
using Zonix.Network.Tcp;

namespace Zonix.Network.Gateways;

/// <summary>
/// The end of a connection that is a socket of the host. What a zone writes is sent by the zone's own worker, as far as the host takes
/// it at once; the rest, and what comes in, is moved when the host says that it is ready. Bytes lie in the connection's rings alone,
/// whose limits hold both sides back.
/// </summary>
internal sealed partial class HostTcpEnd : TcpEnd, IReadinessObserver, IDisposable
{
    private const int ECONNABORTED = 103, EINPROGRESS = 115, KeepIdle = 600, KeepInterval = 75, KeepCount = 9;
    private readonly HostGateway gateway;
    private readonly NetworkAccess access;
    private readonly Lock gate = new();
    private readonly KernelTimer? sendPause, receivePause;
    private HostSocket? socket;
    private IReadinessWatch? watch;
    private KernelTimer? patience;
    private TcpSocket? connecting;
    private HostReadiness wanted;
    private int isClosed;

    internal HostTcpEnd(HostGateway gateway, NetworkPort port, NetworkAccess access)
    {
        this.gateway = gateway;
        this.access = access;
        Port = port;
        if (access.Policy.BytesPerSecond == 0)
            return;
        sendPause = new KernelTimer(new Resumption(this, isSend: true));
        receivePause = new KernelTimer(new Resumption(this, isSend: false));
    }

    /// <summary>The zone's place on the network.</summary>
    internal NetworkPort Port { get; }

    private bool IsClosed => Volatile.Read(ref isClosed) != 0;

    /// <summary>Connects a zone's socket, which learns the outcome.</summary>
    internal void Connect(TcpSocket from, HostEndpoint to, long delayNs)
    {
        connecting = from;
        if (delayNs == 0)
        {
            Connect(to);
            return;
        }
        patience = new KernelTimer(new Delay(this, to));
        gateway.Arm(patience, delayNs);
    }

    /// <summary>It is the end of a connection that the host has taken. Call <see cref="Start"/> when the zone has taken it too.</summary>
    internal void Adopt(HostSocket accepted) => socket = Prepared(accepted);

    /// <summary>The rings are there: bytes may flow.</summary>
    internal void Start()
    {
        bool isWatched;
        lock (gate)
        {
            // The zone may have had its say and closed it before this.
            if (IsClosed)
                return;
            isWatched = watch is not null || gateway.Watch(socket!, this, out watch);
        }
        if (!isWatched)
        {
            Break();
            return;
        }
        Want(HostReadiness.Read);
        Send();
    }

    /// <summary>A zone gives up connecting; nothing happens to a connection.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref connecting, null) is not null)
            Close();
    }

    /// <inheritdoc/>
    public void Ready(HostReadiness readiness)
    {
        if (IsClosed)
            return;
        if (Volatile.Read(ref connecting) is not null)
        {
            Connected(socket!.TakeError());
            return;
        }
        bool isBroken = (readiness & (HostReadiness.Error | HostReadiness.HangUp)) != 0;
        HostReadiness left;
        lock (gate)
        {
            left = wanted & ~readiness;
            wanted = 0;
        }
        if (isBroken || (readiness & HostReadiness.Write) != 0)
        {
            isSendBlocked = false;
            left &= ~HostReadiness.Write;
            Send();
        }
        if (isBroken || (readiness & HostReadiness.Read) != 0)
        {
            left &= ~HostReadiness.Read;
            Receive();
        }
        if (left != 0)
            Want(left);
    }

    /// <summary>Ends it as one that was broken: the zone is gone from the network, or the gateway from the machine.</summary>
    internal void Break()
    {
        TcpSocket? waiting = Interlocked.Exchange(ref connecting, null);
        Close(isAbort: true);
        waiting?.Refuse(Errno.ENETUNREACH);
        Peer?.PeerReset();
    }

    private void Connect(HostEndpoint to)
    {
        int e = HostSocket.Open(HostSocketKind.Stream, to.IsV4, out HostSocket? opened);
        if (e == 0)
        {
            socket = Prepared(opened!);
            if (connecting?.Settings is { } settings && settings[SocketOption.SynCount] is > 0 and < 6 and var attempts)
                socket.LimitAttempts(attempts);
            e = socket.Connect(to);
        }
        if (e == EINPROGRESS)
        {
            e = gateway.Watch(socket!, this, out watch) ? 0 : ECONNABORTED;
            if (e == 0)
            {
                Want(HostReadiness.Write);
                return;
            }
        }
        Connected(e);
    }

    private static HostSocket Prepared(HostSocket made)
    {
        made.SendAtOnce();
        // An other end that went without a word does not hold the zone's part for ever.
        made.KeepAlive(KeepIdle, KeepInterval, KeepCount);
        return made;
    }

    /// <inheritdoc/>
    internal override void Configured(SocketSettings settings)
    {
        lock (gate)
        {
            if (IsClosed || socket is not { } ours)
                return;
            if (settings.IsOn(SocketOption.KeepAlive))
                ours.KeepAlive(settings[SocketOption.KeepIdle], settings[SocketOption.KeepInterval], settings[SocketOption.KeepCount]);
            else
                ours.KeepAlive(KeepIdle, KeepInterval, KeepCount);
            ours.LimitSilence(settings[SocketOption.UserTimeout]);
        }
    }

    private void Connected(int error)
    {
        if (Interlocked.Exchange(ref connecting, null) is not { } from)
            return;
        if (error != 0)
        {
            Close();
            from.Refuse((Errno)error);
        }
        else if (from.Establish(this))
        {
            Start();
        }
        else
        {
            Close();
        }
    }

    private void Want(HostReadiness more)
    {
        lock (gate)
        {
            // Without a watch yet, whoever makes it wants what is wanted by then.
            if (IsClosed)
                return;
            wanted |= more;
            watch?.Arm(wanted);
        }
    }

    private void Close(bool isAbort = false)
    {
        lock (gate)
        {
            if (Interlocked.Exchange(ref isClosed, 1) != 0)
                return;
            watch?.Dispose();
        }
        foreach (KernelTimer? timer in (ReadOnlySpan<KernelTimer?>)[sendPause, receivePause, patience])
        {
            if (timer is not null)
                gateway.Disarm(timer);
        }
        if (isAbort)
            socket?.Abort();
        else
            socket?.Dispose();
        Incoming?.Discard();
        access.Closed();
        gateway.Forget(this);
    }

    /// <summary>Connects once the zone's rate of new flows allows it.</summary>
    private sealed class Delay(HostTcpEnd end, HostEndpoint to) : IExpiry
    {
        public void Expired(long nowNs)
        {
            if (!end.IsClosed)
                end.Connect(to);
        }
    }

    /// <summary>Goes on once the zone's rate of bytes allows it.</summary>
    private sealed class Resumption(HostTcpEnd end, bool isSend) : IExpiry
    {
        public void Expired(long nowNs) => end.Resume(isSend);
    }

    /// <summary>Whoever closed has waited long enough for the other end to take what was sent.</summary>
    private sealed class Impatience(HostTcpEnd end) : IExpiry
    {
        public void Expired(long nowNs) => end.Close(isAbort: true);
    }
}
