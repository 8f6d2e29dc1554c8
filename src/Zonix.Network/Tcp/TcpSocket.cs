using Zonix.Kernel.Tasks;

namespace Zonix.Network.Tcp;

/// <summary>
/// A socket of TCP. tcp(7). Two ends in one machine share a pair of rings and the lock of their states; there are no packets, so what
/// takes a round trip elsewhere has happened when the call returns.
/// </summary>
internal sealed partial class TcpSocket : InetSocket, ITcpSocket
{
    private const int IPPROTO_TCP = 6, DefaultHalf = 256 * 1024, ShownSendBuffer = 16384, ConnectedSendBuffer = 2626560, ShownReceiveBuffer = 131072;
    private const uint FIONREAD = 0x541B, TIOCOUTQ = 0x5411, SIOCATMARK = 0x8905, SIOCOUTQNSD = 0x894B;
    private readonly TcpSide side;
    private volatile TcpState state = TcpState.Close;
    private volatile bool receiveShut, sendShut, peerGone, isDone;
    private int error, sendBuffer, receiveBuffer;
    private long lastSentNs;

    internal TcpSocket(NetworkStack stack, IInode? inode, SocketFamily family, uint uid, SocketSettings? settings = null)
        : base(stack, inode, family, uid, settings) => side = new TcpSide(this);

    /// <inheritdoc/>
    public override SocketKind Kind => SocketKind.Stream;

    /// <inheritdoc/>
    public override int Protocol => IPPROTO_TCP;

    /// <inheritdoc/>
    public override bool IsListening => state == TcpState.Listen;

    /// <inheritdoc/>
    public override SocketName? PeerName =>
        RemotePort == 0 || state is TcpState.Close or TcpState.SynSent or TcpState.Listen ? null : SocketName.OfInet(Family, Remote, RemotePort);

    /// <inheritdoc/>
    public bool IsAtMark => side.Incoming is { IsAtMark: true };

    /// <inheritdoc/>
    public TcpStatistics Statistics => new(
        state, side.Outgoing?.Written ?? 0, side.Incoming?.Written ?? 0, side.Outgoing?.Count ?? 0, waiting?.Count ?? 0, backlogLimit,
        Math.Max(0, Stack.NowNs - lastSentNs), Stack.MtuTo(Remote));

    private protected override PortTable Ports => Stack.Tcp;

    protected override bool IsBusy => state != TcpState.Close;

    private bool IsOpen => state is TcpState.Established or TcpState.CloseWait;

    /// <inheritdoc/>
    internal override InetSocketState? State
    {
        get
        {
            TcpState now = state;
            if (now == TcpState.Close)
                return null;
            ulong inode = 0;
            if (HasInode && Inode.GetAttributes(out InodeAttributes attributes) == 0)
                inode = attributes.Inode;
            bool listens = now == TcpState.Listen;
            return new InetSocketState(
                this, Family, IPPROTO_TCP, Name, SocketName.OfInet(Family, listens ? Wildcard : Remote, listens ? (ushort)0 : RemotePort), now,
                listens ? backlogLimit : side.Outgoing?.Count ?? 0, listens ? waiting?.Count ?? 0 : side.Incoming?.Count ?? 0, Uid, inode, 0, 0);
        }
    }

    /// <inheritdoc/>
    public override PollEvents Poll(PollEvents interest)
    {
        TcpState now = state;
        if (now == TcpState.Listen)
            return waiting is { Count: > 0 } ? PollEvents.POLLIN | PollEvents.POLLRDNORM : 0;
        PollEvents events = 0;
        bool readsNoMore = receiveShut, writesNoMore = sendShut;
        if (now == TcpState.Close || (readsNoMore && writesNoMore))
            events |= PollEvents.POLLHUP;
        if (readsNoMore)
            events |= PollEvents.POLLIN | PollEvents.POLLRDNORM | PollEvents.POLLRDHUP;
        if (now != TcpState.SynSent)
        {
            if (side.Incoming is { } incoming && incoming.Count >= Math.Min(Settings[SocketOption.ReceiveLowWater], incoming.Limit))
                events |= PollEvents.POLLIN | PollEvents.POLLRDNORM;
            if (writesNoMore || side.Outgoing is not { HasRoom: false })
                events |= PollEvents.POLLOUT | PollEvents.POLLWRNORM;
            if (side.Incoming is { HasUrgent: true })
                events |= PollEvents.POLLPRI;
        }
        if (Volatile.Read(ref error) != 0)
            events |= PollEvents.POLLERR;
        return events;
    }

    /// <inheritdoc/>
    public override Errno TakeError() => (Errno)Interlocked.Exchange(ref error, 0);

    /// <inheritdoc/>
    public override bool Knows(SocketOption option) =>
        base.Knows(option) || option is >= SocketOption.NoDelay and <= SocketOption.TcpInquiry;

    /// <inheritdoc/>
    public override Errno SetOption(SocketOption option, int value)
    {
        switch (option)
        {
            case SocketOption.MaximumSegment when value is not 0 and (< 88 or > 32767):
                return Errno.EINVAL;
            case SocketOption.ReusePort or SocketOption.ReuseAddress:
                break;
            case SocketOption.TransmitDelay or SocketOption.TcpTimestamp:
                return Errno.EPERM;
            case SocketOption.V6Only when LocalPort != 0:
                return Errno.EINVAL;
        }
        Errno e = base.SetOption(option, value);
        if (e == 0 && ((option == SocketOption.Cork && value == 0) || (option == SocketOption.NoDelay && value != 0)))
            Push();
        if (e == 0 && option is SocketOption.KeepAlive or SocketOption.KeepIdle or SocketOption.KeepInterval or SocketOption.KeepCount or SocketOption.UserTimeout)
            side.Peer?.Configured(Settings);
        if (e != 0 || option is not (SocketOption.SendBuffer or SocketOption.ReceiveBuffer))
            return e;
        if (option == SocketOption.SendBuffer)
            sendBuffer = Settings[option];
        else
            receiveBuffer = Settings[option];
        // What may lie between two ends is what both of them say.
        TcpSocket? other = (side.Peer as TcpSide)?.Socket;
        side.Outgoing?.Limit = LimitOf(sendBuffer, other?.receiveBuffer ?? 0);
        side.Incoming?.Limit = LimitOf(other?.sendBuffer ?? 0, receiveBuffer);
        return 0;
    }

    /// <inheritdoc/>
    public override int GetOption(SocketOption option) => option switch
    {
        SocketOption.SendBuffer => sendBuffer != 0 ? sendBuffer : IsOpen ? ConnectedSendBuffer : ShownSendBuffer,
        SocketOption.ReceiveBuffer => receiveBuffer != 0 ? receiveBuffer : ShownReceiveBuffer,
        SocketOption.MaximumSegment => IsOpen ? (Settings[option] != 0 ? Settings[option] : Stack.MtuTo(Remote) - 52) : Settings[option] != 0 ? Settings[option] : 536,
        _ => base.GetOption(option),
    };

    /// <inheritdoc/>
    public override SysResult Control(KernelTask task, uint request, UserAddress argument)
    {
        int answer;
        switch (request)
        {
            case FIONREAD when state == TcpState.Listen:
                return Errno.EINVAL;
            case FIONREAD:
                answer = side.Incoming?.Count ?? 0;
                break;
            case TIOCOUTQ or SIOCOUTQNSD when state == TcpState.Listen:
                return Errno.EINVAL;
            case TIOCOUTQ:
                // What has reached the other end counts as heard.
                answer = 0;
                break;
            case SIOCOUTQNSD:
                answer = 0;
                break;
            case SIOCATMARK:
                answer = IsAtMark ? 1 : 0;
                break;
            default:
                return Errno.ENOTTY;
        }
        return task.Memory.TryWrite(argument, answer) ? 0 : Errno.EFAULT;
    }

    // How much may lie between two ends: as the sender's and the receiver's buffers say, where they were set.
    private static int LimitOf(int send, int receive) => (send == 0 ? DefaultHalf : send) + (receive == 0 ? DefaultHalf : receive);

    private void SetError(Errno e) => Volatile.Write(ref error, (int)e);

    private void WakeEverybody()
    {
        ReadQueue.WakeAll();
        WriteQueue.WakeAll();
    }

    /// <summary>The end of a connection that a zone's socket is.</summary>
    private sealed class TcpSide(TcpSocket socket) : TcpEnd
    {
        internal TcpSocket Socket => socket;

        internal override void Arrived()
        {
            socket.EndDeferral();
            socket.ReadQueue.WakeAll();
        }

        internal override void RoomMade() => socket.WriteQueue.WakeAll();

        internal override void PeerEnded(bool isGone) => socket.PeerEnded(isGone);

        internal override void PeerReset() => socket.PeerReset();
    }
}
