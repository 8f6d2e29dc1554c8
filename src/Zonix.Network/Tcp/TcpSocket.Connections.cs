using Zonix.Kernel.Tasks;
using Zonix.Kernel.Time;
using Zonix.Kernel.Waiting;

namespace Zonix.Network.Tcp;

/// <content>Listening and connecting. RFC 9293.</content>
/// <remarks>
/// Lock order: a listener's gate, the link of a connection, the gates of ports; never two of one kind. No callback of the other end is
/// made under a lock. A socket begins and ceases to listen under its gate and its link.
/// </remarks>
internal sealed partial class TcpSocket : IExpiry
{
    // How long Linux asks for a neighbour, and for an answer the first time.
    private const long NeighbourTimeNs = 3_000_000_000, FirstRetryNs = 1_000_000_000;
    private readonly Lock listenGate = new();
    private Queue<TcpSocket>? waiting;
    private LinkedList<TcpSocket>? blocked;
    private TcpSocket? blocker;
    private LinkedListNode<TcpSocket>? blockedPlace;
    private int backlogLimit;
    private ConnectPhase phase;
    private KernelTimer? timer;
    private IDisposable? attempt;
    private Errno timeoutError = Errno.ETIMEDOUT;

    private enum ConnectPhase
    {
        None,
        Connecting,
        Connected,
    }

    /// <inheritdoc/>
    public override Errno Listen(KernelTask task, int backlog)
    {
        lock (listenGate)
            return ListenLocked(backlog);
    }

    private Errno ListenLocked(int backlog)
    {
        lock (side.Link)
        {
            if (phase != ConnectPhase.None)
                return Errno.EINVAL;
            if (state == TcpState.Listen)
            {
                backlogLimit = backlog;
                return 0;
            }
            if (state != TcpState.Close)
                return Errno.EINVAL;
            Errno e = TakePort();
            if (e != 0)
                return e;
            waiting ??= new Queue<TcpSocket>();
            backlogLimit = backlog;
            (receiveShut, sendShut) = (false, false);
            state = TcpState.Listen;
            e = Ports.Listen(this);
            if (e != 0)
                state = TcpState.Close;
            return e;
        }
    }

    /// <inheritdoc/>
    public override Errno Accept(KernelTask task, out ISocket? accepted)
    {
        accepted = null;
        lock (listenGate)
        {
            if (state != TcpState.Listen)
                return Errno.EINVAL;
            if (!waiting!.TryDequeue(out TcpSocket? end))
                return Errno.EAGAIN;
            end.SetInode(SocketInode.Create(task));
            accepted = end;
        }
        LetIn();
        return 0;
    }

    /// <inheritdoc/>
    public override Errno Connect(KernelTask task, in SocketName to, bool again, out WaitQueue? queue)
    {
        queue = WriteQueue;
        if (to.Family == SocketFamily.Unspecified)
        {
            Disconnect();
            return 0;
        }
        switch (phase)
        {
            case ConnectPhase.Connected:
                return Errno.EISCONN;
            case ConnectPhase.Connecting when state == TcpState.SynSent:
                return again ? Errno.EINPROGRESS : Errno.EALREADY;
            case ConnectPhase.Connecting:
                return FinishConnect();
        }
        if (state != TcpState.Close)
            return Errno.EISCONN;
        Errno e = Begin(to, out Route route);
        if (e != 0)
            return e;
        Reach(route);
        return Errno.EINPROGRESS;
    }

    /// <summary>Told on the timer's thread: nobody took the connection in time, nobody has the address, or it was silent for long enough.</summary>
    void IExpiry.Expired(long nowNs)
    {
        EndDeferral();
        Push();
        Fail(timeoutError);
    }

    private long RetryTimeNs => FirstRetryNs * ((2L << Settings[SocketOption.SynCount]) - 1);

    private Errno Begin(in SocketName to, out Route route)
    {
        route = default;
        if (to.Family != Family)
            return Errno.EAFNOSUPPORT;
        if (IsV6Only && to.Address.IsV4)
            return Errno.ENETUNREACH;
        IpAddress address = to.Address;
        if (address.IsAny)
            address = address.IsV4 ? IpAddress.Loopback : IpAddress.LoopbackV6;
        if (address.IsMulticast || Stack.IsBroadcast(address))
            return address == IpAddress.Broadcast && Settings.IsOn(SocketOption.Broadcast) ? Errno.EACCES : Errno.ENETUNREACH;
        Errno e = Stack.FindRoute(address, out route, DeviceTo(address, to));
        if (e == 0 && !Stack.Permits(route, IPPROTO_TCP, address, to.Port))
            e = Errno.EACCES;
        if (e != 0)
            return e;
        if (!Local.IsAny && Local.IsV4 != address.IsV4)
            return Errno.EINVAL;
        lock (side.Link)
        {
            if (Local.IsAny)
                Local = route.Source;
            e = TakePort();
            if (e != 0)
                return e == Errno.EADDRINUSE ? Errno.EADDRNOTAVAIL : e;
            if (HasBoundPort && Ports.HasConnection(this, LocalPort, address, to.Port))
                return Errno.EADDRNOTAVAIL;
            (Remote, RemotePort) = (address, to.Port);
            (receiveShut, sendShut, peerGone, isDone) = (false, false, false, false);
            SetError(0);
            state = TcpState.SynSent;
            phase = ConnectPhase.Connecting;
        }
        return 0;
    }

    private void Reach(in Route route)
    {
        ShowAsking();
        CountAsking();
        if (route.Gateway is { } gateway)
        {
            IDisposable? made = gateway.Connect(route.Port!, this);
            bool isLate;
            lock (side.Link)
            {
                isLate = state != TcpState.SynSent;
                if (!isLate)
                    attempt = made;
            }
            if (isLate)
                made?.Dispose();
        }
        else if (route.Target is null)
        {
            WaitInVain(Errno.EHOSTUNREACH, NeighbourTimeNs);
        }
        else if (!Stack.MaySend(Local, route))
        {
            WaitInVain(Errno.ETIMEDOUT, RetryTimeNs);
        }
        else if (route.Target.Tcp.Find(Remote, RemotePort, Local, LocalPort, route.Arrival.Index) is TcpSocket listener)
        {
            Reach(listener);
        }
        else
        {
            ShowRefusal(route.Target);
            CountRefusal(route.Target);
            Fail(Errno.ECONNREFUSED);
        }
    }

    // Nobody answers.
    private void WaitInVain(Errno error, long timeNs)
    {
        timeoutError = error;
        timer ??= new KernelTimer(this);
        Stack.Machine.Scheduler.Timers.Arm(timer, Stack.NowNs + timeNs);
    }

    // The other end of it is made over the listener's settings; with too many waiting there, this one waits in turn.
    private void Reach(TcpSocket listener)
    {
        bool refused = false, isFull = false;
        TcpSocket? end = null;
        lock (listener.listenGate)
        {
            if (listener.state != TcpState.Listen)
                refused = true;
            else if (listener.IsFull || !listener.Stack.Buffers.TryCharge(EndCharge))
                isFull = true;
            else if ((end = Join(listener)) is not null)
                listener.Admit(end);
            else
                listener.Stack.Buffers.Release(EndCharge);
            if (isFull)
            {
                blocker = listener;
                blockedPlace = (listener.blocked ??= []).AddLast(this);
                listener.Stack.Counts.Add(ProtocolCount.TcpExtListenOverflows);
                listener.Stack.Counts.Add(ProtocolCount.TcpExtListenDrops);
            }
        }
        if (refused)
        {
            Fail(Errno.ECONNREFUSED);
        }
        else if (isFull)
        {
            WaitInVain(Errno.ETIMEDOUT, RetryTimeNs);
        }
        else
        {
            CancelTimer();
            ShowHandshake();
            if (end is not null)
                CountHandshake();
            end?.LookAtDeferred();
            listener.ReadQueue.WakeAll();
            WakeEverybody();
        }
    }

    // Who is next to be let in, now that there is room.
    private TcpSocket? NextBlocked()
    {
        lock (listenGate)
        {
            if (state != TcpState.Listen || blocked is not { First.Value: { } next } || IsFull || !Stack.Buffers.HasRoom(EndCharge))
                return null;
            blocked.RemoveFirst();
            (next.blocker, next.blockedPlace) = (null, null);
            return next;
        }
    }

    // It waits no more to be let in: who gives up leaves nothing behind.
    private void LeaveBlocked()
    {
        if (Volatile.Read(ref blocker) is not { } listener)
            return;
        lock (listener.listenGate)
        {
            if (blockedPlace is { List: not null } place)
                listener.blocked!.Remove(place);
            (blocker, blockedPlace) = (null, null);
        }
    }

    private TcpSocket? Join(TcpSocket listener)
    {
        TcpSocket end = MakeEnd(listener, Remote, RemotePort, Local, LocalPort);
        lock (side.Link)
        {
            if (state != TcpState.SynSent)
                return null;
            Tie(side, end.side, NewStream(sendBuffer, end.receiveBuffer), end.NewStream(end.sendBuffer, receiveBuffer));
            state = TcpState.Established;
        }
        listener.Ports.Share(end, listener);
        return end;
    }

    // The second connect(2) tells how the first one ended.
    private Errno FinishConnect()
    {
        lock (side.Link)
        {
            if (state != TcpState.Close)
            {
                phase = ConnectPhase.Connected;
                return 0;
            }
            phase = ConnectPhase.None;
            Forget();
        }
        Errno e = TakeError();
        return e != 0 ? e : Errno.ECONNABORTED;
    }

    private void Fail(Errno why)
    {
        lock (side.Link)
        {
            if (state != TcpState.SynSent)
                return;
            SetError(why);
            Stack.Counts.Add(ProtocolCount.TcpAttemptFails);
            (state, receiveShut, sendShut) = (TcpState.Close, true, true);
        }
        CancelTimer();
        if (!HasBoundPort)
            Ports.Remove(this);
        WakeEverybody();
    }
}
