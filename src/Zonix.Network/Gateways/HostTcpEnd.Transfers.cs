using Zonix.Host.Files;
using Zonix.Kernel.Time;
using Zonix.Network.Tcp;

namespace Zonix.Network.Gateways;

/// <content>Moving bytes, and ends.</content>
/// <remarks>
/// Each direction is moved by one thread at a time: who comes meanwhile leaves word (2) and goes, and nobody waits. No lock is held over
/// calls to the zone's end.
/// </remarks>
internal sealed partial class HostTcpEnd
{
    private const int EAGAIN = 11, Unlimited = int.MaxValue, LimitedPart = 32 * 1024, MostTurns = 8;
    private const long PatienceNs = 120_000_000_000;
    private int sending, receiving;
    private volatile bool isSendBlocked, isReceiveBlocked, isSendPaused, isReceivePaused, receiveDone, sendEnds, sendDone, peerGone, isBroken;

    private int Most => access.Policy.BytesPerSecond == 0 ? Unlimited : LimitedPart;

    /// <inheritdoc/>
    internal override void Arrived() => Send();

    /// <inheritdoc/>
    internal override void RoomMade()
    {
        if (!isReceiveBlocked)
            return;
        isReceiveBlocked = false;
        Receive();
    }

    /// <inheritdoc/>
    internal override void PeerEnded(bool isGone)
    {
        peerGone |= isGone;
        sendEnds = true;
        Send();
        if (!isGone || IsClosed)
            return;
        patience = new KernelTimer(new Impatience(this));
        gateway.Arm(patience, PatienceNs);
    }

    /// <inheritdoc/>
    internal override void PeerReset() => Close(isAbort: true);

    private void Send()
    {
        if (isSendBlocked || isSendPaused || IsClosed || Interlocked.Exchange(ref sending, 2) != 0)
            return;
        do
        {
            Volatile.Write(ref sending, 1);
            SendSome();
        }
        while (Interlocked.CompareExchange(ref sending, 0, 1) != 1);
    }

    private void SendSome()
    {
        TcpStream stream = Incoming!;
        bool hasMoved = false;
        while (!IsClosed && !isSendPaused && !isBroken)
        {
            long sent = stream.DrainTo(socket!, Most);
            if (sent == 0)
                break;
            if (sent == -EAGAIN)
            {
                isSendBlocked = true;
                Want(HostReadiness.Write);
                break;
            }
            if (sent < 0)
            {
                // What had come in before can still be read.
                sendDone = isBroken = true;
                stream.Discard();
                Receive();
                return;
            }
            hasMoved = true;
            Port.Interface.Counters.CountSent(sent);
            if (access.Charge(sent, isSent: true) is > 0 and var pauseNs)
            {
                isSendPaused = true;
                gateway.Arm(sendPause!, pauseNs);
            }
        }
        if (hasMoved && stream.HasRoom)
            Peer?.RoomMade();
        if (sendEnds && !sendDone && stream.Count == 0)
            EndSending();
    }

    private void EndSending()
    {
        sendDone = true;
        if (peerGone || receiveDone)
        {
            Close();
            return;
        }
        if (!IsClosed)
            socket!.EndSending();
    }

    private void Receive()
    {
        if (receiveDone || isReceivePaused || IsClosed || Interlocked.Exchange(ref receiving, 2) != 0)
            return;
        do
        {
            Volatile.Write(ref receiving, 1);
            ReceiveSome();
        }
        while (Interlocked.CompareExchange(ref receiving, 0, 1) != 1);
    }

    private void ReceiveSome()
    {
        TcpStream stream = Outgoing!;
        for (int turn = 0; !receiveDone && !isReceivePaused && !IsClosed && !peerGone; turn++)
        {
            if (turn == MostTurns)
            {
                Want(HostReadiness.Read);
                return;
            }
            if (IsFull(stream))
                return;
            long got = stream.FillFrom(socket!, Most, out bool isEmptied);
            if (got > 0)
            {
                Port.Interface.Counters.CountReceived(got);
                Peer!.Arrived();
                if (access.Charge(got, isSent: false) is > 0 and var pauseNs)
                {
                    isReceivePaused = true;
                    gateway.Arm(receivePause!, pauseNs);
                    return;
                }
            }
            if (got == -TcpStream.ENOBUFS)
            {
                if (IsStarved(stream))
                    return;
                continue;
            }
            if (got == -EAGAIN || (got > 0 && isEmptied))
            {
                Want(HostReadiness.Read);
                return;
            }
            if (got == 0)
                EndReceiving();
            else if (got < 0)
                Broken();
        }
    }

    // Whether there is no room; then RoomMade goes on. Asked again after that is said, so that none is missed.
    private bool IsFull(TcpStream stream)
    {
        if (stream.Room > 0)
            return false;
        isReceiveBlocked = true;
        Interlocked.MemoryBarrier();
        if (!stream.HasRoom)
            return true;
        isReceiveBlocked = false;
        return false;
    }

    // The zone's buffers hold too much. What lies in this one will be read, and then there is room.
    private bool IsStarved(TcpStream stream)
    {
        isReceiveBlocked = true;
        Interlocked.MemoryBarrier();
        if (stream.Count > 0 || peerGone)
            return true;
        isReceiveBlocked = false;
        return false;
    }

    private void EndReceiving()
    {
        if (isBroken)
        {
            Broken();
            return;
        }
        receiveDone = true;
        Peer!.PeerEnded(isGone: false);
        if (sendDone)
            Close();
    }

    // The host's connection broke.
    private void Broken()
    {
        if (IsClosed)
            return;
        receiveDone = true;
        Close();
        Peer?.PeerReset();
    }

    private void Resume(bool isSend)
    {
        if (isSend)
        {
            isSendPaused = false;
            Send();
        }
        else
        {
            isReceivePaused = false;
            Receive();
        }
    }
}
