using System.Buffers;
using System.Numerics;

namespace Zonix.Network.Tcp;

/// <summary>
/// One direction of a connection: a ring of bytes between two ends of one machine. Positions count from the connection's start.
/// The writer owns the tail, the reader the head, so both copy at the same time.
/// </summary>
/// <remarks>Lock order: the writer's gate, then the reader's. Both are held only for copies to and from guests, and to change the ring.</remarks>
internal sealed partial class TcpStream(int limit, BufferAccount account)
{
    private const int FirstSize = 4096, KeptSize = 65536;

    private readonly Lock writeGate = new(), readGate = new();
    private byte[] ring = [];
    private int limit = limit;
    private long head, tail, written, segments, urgentAt = -1;
    private bool urgentTaken, isDiscarded;

    /// <summary>Who looks at what is written; set once, when the connection is made.</summary>
    internal ISegmentObserver? Observer { get; set; }

    /// <summary>Bytes that may lie in it.</summary>
    internal int Limit
    {
        get => Volatile.Read(ref limit);
        set => Volatile.Write(ref limit, value);
    }

    /// <summary>Bytes that lie in it.</summary>
    internal int Count => (int)(Volatile.Read(ref tail) - Volatile.Read(ref head));

    /// <summary>Bytes that were ever written.</summary>
    internal long Written => Volatile.Read(ref tail);

    /// <summary>Segments that these would have been.</summary>
    internal long Segments => Volatile.Read(ref segments);

    /// <summary>Bytes that were ever read.</summary>
    internal long Taken => Volatile.Read(ref head);

    /// <summary>Whether who waits for room is to be told: as on Linux, only when a third of it is free.</summary>
    internal bool HasRoom => Count <= (long)Limit * 2 / 3;

    /// <summary>Whether there is urgent data that was not taken.</summary>
    internal bool HasUrgent => Volatile.Read(ref urgentAt) >= 0 && !Volatile.Read(ref urgentTaken);

    /// <summary>Whether the next byte is the urgent one.</summary>
    internal bool IsAtMark => Volatile.Read(ref urgentAt) is >= 0 and var at && at == Volatile.Read(ref head);

    /// <summary>Whether there are bytes that the reader is not shown yet.</summary>
    internal bool IsHolding => Volatile.Read(ref written) != Volatile.Read(ref tail);

    /// <summary>
    /// Writes what there is room for; answers how many bytes. The last one may be urgent. With <paramref name="holds"/> the reader is shown
    /// them only together with what comes next, as long as they are less than that.
    /// </summary>
    internal int Write(ref UserBuffer source, bool isUrgent = false, int holds = 0)
    {
        lock (writeGate)
        {
            long at = written;
            int used = (int)(at - Volatile.Read(ref head));
            int wanted = (int)Math.Min(source.Remaining, (ulong)Math.Max(0, Limit - used));
            wanted = Math.Min(wanted, Reserve(used + wanted) - used);
            if (wanted <= 0)
                return 0;
            int done = 0;
            while (done < wanted)
            {
                int offset = (int)((at + done) & (ring.Length - 1));
                int part = Math.Min(wanted - done, ring.Length - offset);
                int moved = source.CopyIn(ring.AsSpan(offset, part));
                done += moved;
                if (moved < part)
                    break;
            }
            if (isUrgent && done > 0 && source.Remaining == 0)
            {
                Volatile.Write(ref urgentTaken, false);
                Volatile.Write(ref urgentAt, at + done - 1);
            }
            Volatile.Write(ref written, at + done);
            if (at + done - tail >= holds)
                Show();
            return done;
        }
    }

    /// <summary>Shows the reader what was held back.</summary>
    internal void Push()
    {
        lock (writeGate)
            Show();
    }

    /// <summary>Writes bytes that come from no guest; answers how many there was room for.</summary>
    internal int WriteBytes(ReadOnlySpan<byte> source)
    {
        lock (writeGate)
        {
            long at = written;
            int used = (int)(at - Volatile.Read(ref head));
            int wanted = Math.Min(source.Length, Math.Max(0, Limit - used));
            wanted = Math.Min(wanted, Reserve(used + wanted) - used);
            if (wanted <= 0)
                return 0;
            for (int done = 0; done < wanted;)
            {
                int offset = (int)((at + done) & (ring.Length - 1));
                int part = Math.Min(wanted - done, ring.Length - offset);
                source.Slice(done, part).CopyTo(ring.AsSpan(offset));
                done += part;
            }
            Volatile.Write(ref written, at + wanted);
            Show();
            return wanted;
        }
    }

    /// <summary>
    /// Reads what there is, up to urgent data, whose byte is passed over unless it is <paramref name="isInline"/>; answers how many
    /// bytes. Without a target they are dropped.
    /// </summary>
    internal int Read(ref UserBuffer target, bool peeks, bool isInline, bool drops)
    {
        // Who waits looks in vain as often as it finds something: that needs no lock.
        if (Volatile.Read(ref tail) == Volatile.Read(ref head))
            return 0;
        lock (readGate)
        {
            long at = head;
            int wanted = (int)Math.Min(target.Remaining, (ulong)Available(ref at, isInline, peeks));
            int done = 0;
            while (done < wanted)
            {
                int offset = (int)((at + done) & (ring.Length - 1));
                int part = Math.Min(wanted - done, ring.Length - offset);
                int moved = drops ? (int)target.Skip((ulong)part) : target.CopyOut(ring.AsSpan(offset, part));
                done += moved;
                if (moved < part)
                    break;
            }
            if (peeks)
                return done;
            Volatile.Write(ref head, at + done);
            if (ring.Length > KeptSize && at + done == Volatile.Read(ref tail))
                Shrink();
            return done;
        }
    }

    /// <summary>The bytes that lie together at its head, for who moves them on without a guest.</summary>
    internal int PeekBytes(Span<byte> into)
    {
        lock (readGate)
        {
            int count = (int)Math.Min(Volatile.Read(ref tail) - head, into.Length);
            for (int done = 0; done < count;)
            {
                int offset = (int)((head + done) & (ring.Length - 1));
                int part = Math.Min(count - done, ring.Length - offset);
                ring.AsSpan(offset, part).CopyTo(into[done..]);
                done += part;
            }
            return count;
        }
    }

    /// <summary>Passes over bytes that were moved on.</summary>
    internal void Drop(int count)
    {
        lock (readGate)
        {
            Volatile.Write(ref head, head + count);
            if (ring.Length > KeptSize && head == Volatile.Read(ref tail))
                Shrink();
        }
    }

    /// <summary>Takes the urgent byte; -1: there is none.</summary>
    internal int TakeUrgent(bool peeks)
    {
        lock (readGate)
        {
            long at = urgentAt;
            if (at < head || urgentTaken)
                return -1;
            if (!peeks)
                Volatile.Write(ref urgentTaken, true);
            return ring[(int)(at & (ring.Length - 1))];
        }
    }

    /// <summary>Forgets what lies in it and gives its memory back: nobody reads it any more, and nothing can be written.</summary>
    internal void Discard()
    {
        lock (writeGate)
        {
            lock (readGate)
            {
                isDiscarded = true;
                Volatile.Write(ref written, tail);
                Volatile.Write(ref head, tail);
                GiveBack();
            }
        }
    }

    // Bytes that can be read from a position on; moves it over an urgent byte.
    private long Available(ref long at, bool isInline, bool peeks)
    {
        long end = Volatile.Read(ref tail), mark = Volatile.Read(ref urgentAt);
        if (mark < at)
            return end - at;
        if (mark > at)
            return Math.Min(end, mark) - at;
        if (!isInline)
            at++;
        if (!peeks)
            Volatile.Write(ref urgentAt, -1);
        return end - at;
    }

    // Under the writer's gate.
    private void Show()
    {
        long at = tail;
        if (written > at && Observer is { IsObserving: true } observer)
            Tell(observer, at, (int)(written - at));
        Volatile.Write(ref segments, segments + ((written - at + Raw.TcpPacket.LargestData - 1) / Raw.TcpPacket.LargestData));
        Volatile.Write(ref tail, written);
    }

    private void Tell(ISegmentObserver observer, long at, int count)
    {
        int offset = (int)(at & (ring.Length - 1)), first = Math.Min(count, ring.Length - offset);
        observer.Writing(this, at, ring.AsSpan(offset, first), ring.AsSpan(0, count - first));
    }

    // Answers how large the ring is: as needed, or less when the zone has too much in its buffers already. Under the writer's gate.
    private int Reserve(int needed)
    {
        if (needed <= ring.Length || isDiscarded)
            return isDiscarded ? 0 : ring.Length;
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(needed, FirstSize));
        if (!account.TryCharge(size - ring.Length, isForced: ring.Length == 0 && size == FirstSize))
        {
            if (ring.Length > 0)
                return ring.Length;
            size = FirstSize;
            account.TryCharge(size, isForced: true);
        }
        lock (readGate)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(size);
            for (long at = head; at < written;)
            {
                int from = (int)(at & (ring.Length - 1)), to = (int)(at & (larger.Length - 1));
                int part = (int)Math.Min(written - at, Math.Min(ring.Length - from, larger.Length - to));
                ring.AsSpan(from, part).CopyTo(larger.AsSpan(to));
                at += part;
            }
            if (ring.Length > 0)
                ArrayPool<byte>.Shared.Return(ring);
            ring = larger;
        }
        return ring.Length;
    }

    // An idle connection keeps little. Called by the reader.
    private void Shrink()
    {
        if (!writeGate.TryEnter())
            return;
        if (head == written)
            GiveBack();
        writeGate.Exit();
    }

    private void GiveBack()
    {
        account.Release(ring.Length);
        if (ring.Length > 0)
            ArrayPool<byte>.Shared.Return(ring);
        ring = [];
    }
}
