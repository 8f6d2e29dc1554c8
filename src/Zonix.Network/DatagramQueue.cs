using Zonix.Network.Udp;

namespace Zonix.Network;

/// <summary>What a socket of messages has received and was told of errors. Any thread. No lock is held when a queue is woken.</summary>
internal sealed class DatagramQueue(ISocket owner, BufferAccount account)
{
    private const int MostErrors = 128;
    private readonly Lock gate = new();
    private readonly Queue<Datagram> received = new();
    private Queue<(PacketError Error, byte[] Data, SocketName To)>? errors;
    private int charged, error;
    private long dropped;
    private bool receiveShut, sendShut, isClosed;

    /// <summary>What lies in it counts so much against the buffer.</summary>
    internal int Charged => charged;

    /// <summary>Messages that found no room.</summary>
    internal long Dropped => Volatile.Read(ref dropped);

    /// <summary>Bytes of the first message; 0: there is none.</summary>
    internal int FirstLength
    {
        get
        {
            lock (gate)
                return received.Count > 0 ? received.Peek().Length : 0;
        }
    }

    internal bool IsSendShut => sendShut;

    /// <summary>Puts a message into the queue, or drops it: false.</summary>
    internal bool Deliver(Datagram datagram)
    {
        bool lost;
        lock (gate)
        {
            // What the message itself needs does not count: a queue that is empty takes whatever comes.
            lost = charged > owner.Settings[SocketOption.ReceiveBuffer] || isClosed || !account.TryCharge(datagram.Charge);
            if (lost)
            {
                dropped++;
            }
            else
            {
                charged += datagram.Charge;
                received.Enqueue(datagram);
            }
        }
        if (lost)
            datagram.Recycle();
        else
            owner.ReadQueue.WakeAll();
        return !lost;
    }

    /// <summary>Takes the first message, or an error that waits.</summary>
    internal SysResult Receive(ref UserBuffer target, MessageFlags flags, out ReceivedMessage message)
    {
        message = default;
        if ((flags & MessageFlags.MSG_OOB) != 0)
            return Errno.EOPNOTSUPP;
        if ((flags & MessageFlags.MSG_ERRQUEUE) != 0)
            return ReceiveError(ref target, ref message);
        Datagram datagram;
        SysResult result;
        lock (gate)
        {
            if (error != 0)
                return TakeError();
            if (received.Count == 0)
                return receiveShut && (flags & MessageFlags.MSG_DONTWAIT) == 0 ? 0 : Errno.EAGAIN;
            datagram = received.Peek();
            int part = (int)Math.Min((ulong)datagram.Length, target.Remaining);
            bool faulted = target.CopyOut(datagram.Data[..part]) < part;
            message.Length = datagram.Length;
            message.Flags = part < datagram.Length ? MessageFlags.MSG_TRUNC : 0;
            message.From = datagram.Link is { } link
                ? SocketName.OfLink(link)
                : SocketName.OfInet(owner.Family, datagram.From, datagram.FromPort, datagram.From.IsLinkLocal ? (uint)datagram.Place.Interface : 0);
            message.Place = datagram.Place;
            message.HopLimit = datagram.HopLimit;
            message.TrafficClass = datagram.TrafficClass;
            message.TimeNs = datagram.TimeNs;
            message.OriginalLength = datagram.OriginalLength;
            result = faulted ? Errno.EFAULT : part;
            if ((flags & MessageFlags.MSG_PEEK) != 0)
                return result;
            received.Dequeue();
            charged -= datagram.Charge;
            account.Release(datagram.Charge);
        }
        datagram.Recycle();
        return result;
    }

    /// <summary>What it sent did not arrive. ip(7), IP_RECVERR.</summary>
    internal void Report(in PacketError why, ReadOnlySpan<byte> data, in SocketName to, bool keeps)
    {
        lock (gate)
        {
            if (keeps && (errors ??= new()).Count < MostErrors)
                errors.Enqueue((why, data.ToArray(), to));
            error = (int)why.Error;
        }
        owner.ReadQueue.WakeAll();
        owner.WriteQueue.WakeAll();
    }

    /// <summary>Errors are not to be kept any more.</summary>
    internal void ForgetErrors()
    {
        lock (gate)
            errors?.Clear();
    }

    /// <summary>The error that waits to be told; 0: none.</summary>
    internal Errno TakeError() => Volatile.Read(ref error) == 0 ? 0 : (Errno)Interlocked.Exchange(ref error, 0);

    /// <summary>What can be done at once.</summary>
    internal PollEvents Poll()
    {
        PollEvents events = PollEvents.POLLOUT | PollEvents.POLLWRNORM | PollEvents.POLLWRBAND;
        lock (gate)
        {
            if (received.Count > 0)
                events |= PollEvents.POLLIN | PollEvents.POLLRDNORM;
            if (error != 0 || errors is { Count: > 0 })
                events |= PollEvents.POLLERR;
            if (receiveShut)
                events |= PollEvents.POLLIN | PollEvents.POLLRDNORM | PollEvents.POLLRDHUP;
            if (receiveShut && sendShut)
                events |= PollEvents.POLLHUP;
        }
        return events;
    }

    /// <summary>Ends directions.</summary>
    internal void Shut(bool reads, bool writes)
    {
        lock (gate)
        {
            receiveShut |= reads;
            sendShut |= writes;
        }
        owner.ReadQueue.WakeAll();
        owner.WriteQueue.WakeAll();
    }

    /// <summary>Ends both directions and forgets what lies in it.</summary>
    internal void Close()
    {
        lock (gate)
        {
            (receiveShut, sendShut, isClosed) = (true, true, true);
            Drop();
        }
    }

    /// <summary>Forgets the messages: a filter was set, or another place to hear.</summary>
    internal void Clear()
    {
        lock (gate)
            Drop();
    }

    // Under the gate.
    private void Drop()
    {
        while (received.TryDequeue(out Datagram? left))
            left.Recycle();
        account.Release(charged);
        charged = 0;
    }

    private SysResult ReceiveError(ref UserBuffer target, ref ReceivedMessage message)
    {
        lock (gate)
        {
            if (errors is null || !errors.TryDequeue(out (PacketError Error, byte[] Data, SocketName To) oldest))
                return Errno.EAGAIN;
            error = errors.Count > 0 ? (int)errors.Peek().Error.Error : 0;
            int part = (int)Math.Min((ulong)oldest.Data.Length, target.Remaining);
            message.Length = oldest.Data.Length;
            message.Flags = MessageFlags.MSG_ERRQUEUE | (part < oldest.Data.Length ? MessageFlags.MSG_TRUNC : 0);
            message.From = oldest.To;
            message.Error = oldest.Error;
            const int ReportHops = 64, NetworkControl = 0xC0;
            message.Place = new PacketPlace(0, oldest.Error.Offender, oldest.Error.Offender);
            message.HopLimit = ReportHops;
            message.TrafficClass = oldest.Error.Offender.IsV4 ? NetworkControl : 0;
            return target.CopyOut(oldest.Data.AsSpan(0, part)) < part ? Errno.EFAULT : part;
        }
    }
}
