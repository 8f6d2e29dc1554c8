namespace Zonix.Network.Tcp;

/// <content>Connections whose other end is not a zone's socket.</content>
internal sealed partial class TcpSocket
{
    // What an end costs that nobody has accepted: who floods a listener fills its zone's account, not the machine.
    private const int EndCharge = 2048;
    private int endCharge;

    /// <summary>The connection that the gateway was asked for is there, and <paramref name="end"/> its other end. False: the socket has given up.</summary>
    internal bool Establish(TcpEnd end)
    {
        lock (side.Link)
        {
            if (state != TcpState.SynSent)
                return false;
            Tie(side, end, NewStream(sendBuffer, 0), NewStream(0, receiveBuffer));
            state = TcpState.Established;
        }
        CancelTimer();
        end.Configured(Settings);
        ShowHandshake();
        CountHandshake();
        WakeEverybody();
        return true;
    }

    /// <summary>The connection that the gateway was asked for cannot be made.</summary>
    internal void Refuse(Errno why) => Fail(why);

    /// <summary>Lets a connection from beyond the machine in. ECONNREFUSED: it does not listen any more; EAGAIN: too many wait.</summary>
    internal Errno Take(TcpEnd from, IpAddress to, ushort toPort, IpAddress remote, ushort remotePort)
    {
        TcpSocket end;
        lock (listenGate)
        {
            if (state != TcpState.Listen)
                return Errno.ECONNREFUSED;
            if (IsFull || !Stack.Buffers.TryCharge(EndCharge))
                return Errno.EAGAIN;
            end = MakeEnd(this, to, toPort, remote, remotePort);
            Tie(end.side, from, NewStream(end.sendBuffer, 0), NewStream(0, end.receiveBuffer));
            Ports.Share(end, this);
            Admit(end);
        }
        from.Configured(end.Settings);
        end.CountOpened();
        end.LookAtDeferred();
        ReadQueue.WakeAll();
        return 0;
    }

    /// <summary>The interface is gone that the connection went by.</summary>
    internal void Break()
    {
        if (state == TcpState.SynSent)
        {
            Fail(Errno.ENETUNREACH);
            return;
        }
        TcpEnd? peer = side.Peer;
        PeerReset();
        peer?.PeerReset();
    }

    // What it sends lies in its own zone's account.
    private TcpStream NewStream(int send, int receive) => new(LimitOf(send, receive), Stack.Buffers);

    // Two ends of one connection, of whose states the first one's lock is the guard.
    private static void Tie(TcpEnd one, TcpEnd other, TcpStream there, TcpStream back)
    {
        (other.Link, other.Incoming, other.Outgoing, other.Peer) = (one.Link, there, back, one);
        (one.Incoming, one.Outgoing, one.Peer) = (back, there, other);
        // What comes from beyond the machine is looked at where it comes in.
        TcpSocket? first = (one as TcpSide)?.Socket, second = (other as TcpSide)?.Socket;
        (there.Observer, back.Observer) = (first ?? second, second ?? first);
    }

    // What accept(2) will give, over the listener's settings.
    private static TcpSocket MakeEnd(TcpSocket listener, IpAddress local, ushort localPort, IpAddress remote, ushort remotePort) =>
        new(listener.Stack, null, listener.Family, listener.Uid, new SocketSettings(listener.Settings))
        {
            // An address that the listener was bound to stays, as its own would.
            HasBoundAddress = listener.HasBoundAddress,
            Local = local, LocalPort = localPort, Remote = remote, RemotePort = remotePort,
            sendBuffer = listener.sendBuffer, receiveBuffer = listener.receiveBuffer,
            phase = ConnectPhase.Connected, state = TcpState.Established, endCharge = EndCharge,
        };
}
