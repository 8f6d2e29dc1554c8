using System.Buffers.Binary;
using Zonix.Network.Fabric;
using Zonix.Network.Tcp;

namespace Zonix.Network.Dns;

/// <summary>The name server's end of a connection: messages, each behind its length. RFC 7766.</summary>
internal sealed class NameConnection(NameServer server, NetworkPort from) : TcpEnd
{
    private const int LengthSize = 2, MostOpen = 16, LargestLeft = 128 * 1024;
    private readonly Lock gate = new();
    private readonly Queue<byte[]> answers = new();
    private readonly byte[] head = new byte[LengthSize];
    private int open, left, offset, reading;
    private bool hasEnded, isOver;

    /// <inheritdoc/>
    internal override void Arrived() => Read();

    /// <inheritdoc/>
    internal override void RoomMade()
    {
        Write();
        Read();
    }

    /// <inheritdoc/>
    internal override void PeerEnded(bool isGone)
    {
        lock (gate)
            (hasEnded, isOver) = (true, isOver | isGone);
        Read();
        EndIfDone();
    }

    /// <inheritdoc/>
    internal override void PeerReset()
    {
        lock (gate)
            isOver = hasEnded = true;
    }

    // One thread reads; who comes meanwhile leaves word.
    private void Read()
    {
        if (Interlocked.Exchange(ref reading, 2) != 0)
            return;
        do
        {
            Volatile.Write(ref reading, 1);
            while (TryTake(out byte[]? message))
            {
                lock (gate)
                    open++;
                if (!server.Ask(from, message!, isStream: true, Answer))
                    Answer([]);
            }
        }
        while (Interlocked.CompareExchange(ref reading, 0, 1) != 1);
    }

    private bool TryTake(out byte[]? message)
    {
        message = null;
        lock (gate)
        {
            if (isOver || open >= MostOpen || left > LargestLeft)
                return false;
        }
        TcpStream stream = Incoming!;
        if (stream.PeekBytes(head) < LengthSize)
            return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(head);
        if (stream.Count < length + LengthSize)
            return false;
        byte[] framed = new byte[length + LengthSize];
        stream.PeekBytes(framed);
        stream.Drop(framed.Length);
        message = framed[LengthSize..];
        if (stream.HasRoom)
            Peer?.RoomMade();
        return true;
    }

    // Empty: there is none.
    private void Answer(byte[] answer)
    {
        lock (gate)
        {
            open--;
            if (answer.Length > 0 && !isOver)
            {
                byte[] framed = new byte[answer.Length + LengthSize];
                BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)answer.Length);
                answer.CopyTo(framed.AsSpan(LengthSize));
                answers.Enqueue(framed);
                left += framed.Length;
            }
        }
        Write();
        Read();
        EndIfDone();
    }

    private void Write()
    {
        bool hasWritten = false;
        lock (gate)
        {
            while (!isOver && answers.TryPeek(out byte[]? next))
            {
                int written = Outgoing!.WriteBytes(next.AsSpan(offset));
                hasWritten |= written > 0;
                left -= written;
                offset += written;
                if (offset < next.Length)
                    break;
                answers.Dequeue();
                offset = 0;
            }
        }
        if (hasWritten)
            Peer?.Arrived();
    }

    private void EndIfDone()
    {
        lock (gate)
        {
            if (!hasEnded || isOver || open > 0 || answers.Count > 0)
                return;
            isOver = true;
        }
        Incoming!.Discard();
        Peer?.PeerEnded(isGone: true);
    }
}
