using Zonix.Kernel.Tasks;
using Zonix.Kernel.Time;
using Zonix.Kernel.Waiting;

namespace Zonix.Network.Tcp;

/// <content>Sending and receiving.</content>
internal sealed partial class TcpSocket
{
    private const int HeldAtMost = 65483;
    private const long HoldNs = 200_000_000;
    private long holdsSince;

    /// <inheritdoc/>
    public override SysResult Read(ref UserBuffer buffer, long offset) => buffer.Remaining == 0 ? 0 : Receive(ref buffer, 0, out _);

    /// <inheritdoc/>
    public override SysResult Write(ref UserBuffer buffer, ref long offset) => Send(ref buffer, default);

    /// <inheritdoc/>
    public override Errno Address(KernelTask task, ref OutgoingMessage message)
    {
        if ((message.Flags & MessageFlags.MSG_FASTOPEN) == 0 || state != TcpState.Close)
            return 0;
        if (message.To.Family == SocketFamily.Unspecified)
            return Errno.EINVAL;
        Errno e = Connect(task, message.To, again: false, out WaitQueue? _);
        if (e != Errno.EINPROGRESS)
            return e;
        return state == TcpState.SynSent ? 0 : FinishConnect();
    }

    /// <inheritdoc/>
    public override SysResult Send(ref UserBuffer source, in OutgoingMessage message)
    {
        if (!IsOpen || sendShut || Volatile.Read(ref error) != 0)
            return CannotSend();
        if (source.Remaining == 0)
            return 0;
        // Another thread may dissolve the connection meanwhile.
        if (side is not { Outgoing: { } stream, Peer: { } peer })
            return CannotSend();
        bool holds = (message.Flags & MessageFlags.MSG_MORE) != 0 || Settings.IsOn(SocketOption.Cork);
        int sent = stream.Write(ref source, (message.Flags & MessageFlags.MSG_OOB) != 0, holds ? HeldAtMost : 0);
        if (sent == 0)
            return source.Faulted ? Errno.EFAULT : peerGone ? Refused(ref source) : Errno.EAGAIN;
        lastSentNs = Stack.NowNs;
        if (peerGone)
            return sent + Refused(ref source);
        if (holds && stream.IsHolding)
            Hold();
        else
            peer.Arrived();
        return sent;
    }

    // tcp(7), TCP_CORK: what is held back goes after 200 ms at the latest.
    private void Hold()
    {
        if (Interlocked.Exchange(ref holdsSince, Stack.NowNs) != 0)
            return;
        timer ??= new KernelTimer(this);
        Stack.Machine.Scheduler.Timers.Arm(timer, Stack.NowNs + HoldNs);
    }

    private void Push()
    {
        Volatile.Write(ref holdsSince, 0);
        if (side.Outgoing is not { IsHolding: true } stream)
            return;
        stream.Push();
        side.Peer?.Arrived();
    }

    /// <inheritdoc/>
    public override SysResult Receive(ref UserBuffer target, MessageFlags flags, out ReceivedMessage message)
    {
        message = default;
        if ((flags & (MessageFlags.MSG_OOB | MessageFlags.MSG_ERRQUEUE)) != 0)
            return (flags & MessageFlags.MSG_OOB) != 0 ? ReceiveUrgent(ref target, flags, ref message) : Errno.EAGAIN;
        // Asked before the look at the data, which came before the end.
        bool isOver = isDone, readsNoMore = receiveShut;
        int failed = Volatile.Read(ref error);
        TcpState before = state;
        if (side.Incoming is { } stream)
        {
            int got = stream.Read(
                ref target, (flags & MessageFlags.MSG_PEEK) != 0, Settings.IsOn(SocketOption.OutOfBandInline), (flags & MessageFlags.MSG_TRUNC) != 0);
            // As on Linux, who asks for nothing waits for something all the same.
            if (got > 0 || (target.Remaining == 0 && stream.Count > 0))
            {
                if (stream.HasRoom)
                    side.Peer?.RoomMade();
                return got;
            }
            if (target.Faulted)
                return Errno.EFAULT;
        }
        if (before == TcpState.Listen)
            return Errno.ENOTCONN;
        if (isOver)
            return 0;
        if (failed != 0)
            return TakeError();
        if (readsNoMore)
            return 0;
        return before == TcpState.Close ? Errno.ENOTCONN : Errno.EAGAIN;
    }

    private SysResult ReceiveUrgent(ref UserBuffer target, MessageFlags flags, ref ReceivedMessage message)
    {
        if (Settings.IsOn(SocketOption.OutOfBandInline) || side.Incoming is not { } stream)
            return Errno.EINVAL;
        int got = stream.TakeUrgent((flags & MessageFlags.MSG_PEEK) != 0);
        if (got < 0)
            return state == TcpState.Close || receiveShut ? 0 : Errno.EINVAL;
        message.Flags = MessageFlags.MSG_OOB;
        if (target.Remaining == 0)
        {
            message.Flags |= MessageFlags.MSG_TRUNC;
            return 0;
        }
        return target.CopyOut([(byte)got]) == 1 ? 1 : Errno.EFAULT;
    }

    // The other end reads no more: what is sent is lost, and answered by a reset that shows in the next call.
    private int Refused(ref UserBuffer source)
    {
        int lost = (int)source.Skip(source.Remaining);
        ShowReset(isOfPeer: true);
        if (side.Peer is TcpSide { Socket.Stack.Counts: { } counts })
        {
            counts.Add(ProtocolCount.TcpOutRsts);
            counts.Segments(IsV4, 1, 1);
        }
        PeerReset();
        return lost;
    }

    private SysResult CannotSend()
    {
        if (state == TcpState.SynSent)
            return Errno.EAGAIN;
        Errno e = TakeError();
        return e != 0 ? e : Errno.EPIPE;
    }
}
