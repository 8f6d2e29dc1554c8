using Zonix.Kernel.Tasks;

namespace Zonix.Network.Tcp;

/// <content>How connections end: halves, closing, resets. RFC 9293. Locks as in the part that makes them.</content>
internal sealed partial class TcpSocket
{
    /// <inheritdoc/>
    public override Errno Shutdown(bool reads, bool writes)
    {
        if (state == TcpState.Close)
        {
            // As on Linux it is refused, and holds for the connection that may come.
            if (reads)
                receiveShut = true;
            if (writes)
                sendShut = true;
            WakeEverybody();
            return Errno.ENOTCONN;
        }
        if (state is TcpState.Listen or TcpState.SynSent)
        {
            if (reads || state == TcpState.SynSent)
                Disconnect();
            return 0;
        }
        if (reads)
            receiveShut = true;
        if (writes)
            EndSending(isClosing: false);
        WakeEverybody();
        return 0;
    }

    /// <inheritdoc/>
    public override void Close()
    {
        LeaveGroups();
        switch (state)
        {
            case TcpState.Listen or TcpState.SynSent:
                Disconnect();
                break;
            case TcpState.Close:
                break;
            default:
                bool aborts = side.Incoming!.Count > 0 || (Settings.IsOn(SocketOption.LingerOn) && Settings[SocketOption.LingerSeconds] == 0);
                if (aborts)
                    Abort();
                else
                    EndSending(isClosing: true);
                break;
        }
        Ports.Remove(this);
        side.Incoming?.Discard();
        Stack.Buffers.Release(Interlocked.Exchange(ref endCharge, 0));
        CountTraffic();
    }

    // The own end of it: the other side reads to the end; when this one closes, it may send no more.
    private void EndSending(bool isClosing)
    {
        Push();
        TcpEnd? peer;
        bool lingers = false, tells, isFirst;
        lock (side.Link)
        {
            peer = side.Peer;
            isFirst = !sendShut;
            tells = isFirst || isClosing;
            sendShut = true;
            if (state == TcpState.Established)
                state = TcpState.FinWait2;
            else if (state == TcpState.CloseWait)
                Done();
            lingers = isClosing && state == TcpState.FinWait2;
            if (lingers)
                Done();
        }
        if (lingers)
            Stack.Tcp.Waiting.Add(this, Local, LocalPort, Remote, RemotePort, Stack.NowNs);
        if (isFirst)
        {
            ShowEnd();
            CountEnd(peer);
        }
        if (tells)
            peer?.PeerEnded(isClosing);
    }

    private void PeerEnded(bool isGone)
    {
        bool lingers = false;
        lock (side.Link)
        {
            peerGone |= isGone;
            if (!isDone)
            {
                isDone = receiveShut = true;
                if (state == TcpState.Established)
                {
                    state = TcpState.CloseWait;
                }
                else if (state == TcpState.FinWait2)
                {
                    lingers = true;
                    Done();
                }
            }
        }
        if (lingers)
            Stack.Tcp.Waiting.Add(this, Local, LocalPort, Remote, RemotePort, Stack.NowNs);
        EndDeferral();
        WakeEverybody();
    }

    private void PeerReset()
    {
        lock (side.Link)
        {
            if (state == TcpState.Close)
                return;
            SetError(state == TcpState.CloseWait ? Errno.EPIPE : Errno.ECONNRESET);
            CountReset(isSent: false);
            Done();
        }
        EndDeferral(isReset: true);
        WakeEverybody();
    }

    private void Abort()
    {
        ShowReset(isOfPeer: false);
        TcpEnd? peer;
        lock (side.Link)
        {
            peer = side.Peer;
            CountReset(isSent: true);
            Done();
        }
        peer?.PeerReset();
    }

    // It is over; what came in can still be read. Under the link.
    private void Done()
    {
        (receiveShut, sendShut) = (true, true);
        state = TcpState.Close;
        // Before it can no more be found.
        CountTraffic();
        if (!HasBoundPort)
            Ports.Remove(this);
    }

    // Back to a socket without a connection; connect(2) with AF_UNSPEC, shutdown(2) of a listener.
    private void Disconnect()
    {
        TcpSocket[] ends = [], silent = [], connecting = [];
        TcpEnd? peer = null;
        TcpStream? dropped = null;
        lock (listenGate)
            lock (side.Link)
            {
                if (state == TcpState.Listen)
                {
                    ends = [.. waiting!];
                    silent = ForsakeDeferred();
                    connecting = [.. blocked ?? []];
                    waiting!.Clear();
                    blocked?.Clear();
                    Ports.StopListening(this);
                }
                else if (state is not (TcpState.Close or TcpState.SynSent))
                {
                    peer = side.Peer;
                    SetError(Errno.ECONNRESET);
                    CountReset(isSent: true);
                    CountTraffic();
                }
                dropped = side.Incoming;
                state = TcpState.Close;
                phase = ConnectPhase.None;
                (receiveShut, sendShut, isDone, peerGone) = (false, false, false, false);
                (side.Peer, side.Incoming, side.Outgoing) = (null, null, null);
                // A port that it has by a connection alone goes with it.
                if (!HasBoundPort)
                    Ports.Remove(this);
                Forget();
            }
        CancelTimer();
        peer?.PeerReset();
        dropped?.Discard();
        foreach (TcpSocket end in ends)
        {
            end.CancelTimer();
            end.Abort();
            end.Close();
        }
        foreach (TcpSocket end in silent)
            end.BeForsaken();
        foreach (TcpSocket client in connecting)
            client.Fail(Errno.ECONNREFUSED);
        WakeEverybody();
    }

    // Names that connect(2) gave are gone.
    private void Forget()
    {
        (Remote, RemotePort) = (Wildcard, 0);
        if (!HasBoundAddress)
            Local = Wildcard;
        if (!HasBoundPort && Bucket is null)
            LocalPort = 0;
    }

    // It is connected, or has given up.
    private void CancelTimer()
    {
        if (timer is not null)
            Stack.Machine.Scheduler.Timers.Cancel(timer);
        Interlocked.Exchange(ref attempt, null)?.Dispose();
        LeaveBlocked();
    }
}
