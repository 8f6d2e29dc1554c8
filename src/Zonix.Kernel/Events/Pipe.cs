using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Events;

/// <summary>
/// A ring of bytes between writers and readers. pipe(7). A write of at most PIPE_BUF bytes is atomic. The ring starts small
/// and grows to its capacity, since most pipes carry little.
/// </summary>
public sealed class Pipe
{
    /// <summary>The largest write that is never split.</summary>
    public const int PIPE_BUF = 4096;

    /// <summary>The capacity a pipe begins with, and the most it can be given by F_SETPIPE_SZ without privilege.</summary>
    public const int DefaultCapacity = 65536, MaxCapacity = 1 << 20;

    private readonly Lock gate = new();
    private byte[] ring = [];
    private int head, count, readers, writers, readerOpens, writerOpens;

    /// <summary>Woken when there is something to read or the last writer left.</summary>
    public WaitQueue ReadQueue { get; } = new();

    /// <summary>Woken when there is room or the last reader left.</summary>
    public WaitQueue WriteQueue { get; } = new();

    /// <summary>Bytes it holds at most.</summary>
    public int Capacity { get; private set; } = DefaultCapacity;

    /// <summary>Bytes waiting to be read. FIONREAD.</summary>
    public int Available => Volatile.Read(ref count);

    /// <summary>How often an end was opened: a FIFO's open(2) waits for the other number to move.</summary>
    internal (int Readers, int Writers) Opens => (Volatile.Read(ref readerOpens), Volatile.Read(ref writerOpens));

    /// <summary>Ends open now.</summary>
    internal (int Readers, int Writers) Ends => (Volatile.Read(ref readers), Volatile.Read(ref writers));

    /// <summary>F_SETPIPE_SZ: EBUSY when it holds more.</summary>
    public SysResult SetCapacity(int wanted)
    {
        int size = PIPE_BUF;
        while (size < wanted)
            size *= 2;
        lock (gate)
        {
            if (size < count)
                return Errno.EBUSY;
            if (ring.Length > size)
                Resize(size);
            Capacity = size;
        }
        WriteQueue.WakeAll();
        return size;
    }

    internal void Open(bool reads, bool writes)
    {
        lock (gate)
        {
            readers += reads ? 1 : 0;
            writers += writes ? 1 : 0;
            readerOpens += reads ? 1 : 0;
            writerOpens += writes ? 1 : 0;
        }
        if (reads)
            WriteQueue.WakeAll();
        if (writes)
            ReadQueue.WakeAll();
    }

    internal void Close(bool reads, bool writes)
    {
        lock (gate)
        {
            readers -= reads ? 1 : 0;
            writers -= writes ? 1 : 0;
            if (readers == 0 && writers == 0)
                (ring, head, count) = ([], 0, 0);
        }
        ReadQueue.WakeAll();
        WriteQueue.WakeAll();
    }

    internal SysResult Read(ref UserBuffer buffer)
    {
        if (buffer.Remaining == 0)
            return 0;
        bool wake;
        int done = 0;
        lock (gate)
        {
            if (count == 0)
                return writers == 0 ? 0 : Errno.EAGAIN;
            wake = Capacity - count < PIPE_BUF;
            // As on Linux a fault gives back the page it happened in: what was moved of it is not counted.
            while (count > 0 && buffer.Remaining > 0)
            {
                int part = (int)Math.Min(Math.Min(count, PIPE_BUF - (head & (PIPE_BUF - 1))), (long)buffer.Remaining);
                if (buffer.CopyOut(ring.AsSpan(head, part)) < part)
                    break;
                head = (head + part) & (ring.Length - 1);
                count -= part;
                done += part;
            }
            wake &= Capacity - count >= PIPE_BUF;
        }
        if (wake)
            WriteQueue.WakeAll();
        return done == 0 ? Errno.EFAULT : done;
    }

    internal SysResult Write(ref UserBuffer buffer)
    {
        if (buffer.Remaining == 0)
            return 0;
        bool wake;
        int done = 0;
        lock (gate)
        {
            if (readers == 0)
                return Errno.EPIPE;
            int room = Capacity - count;
            if (room == 0 || (buffer.Remaining <= PIPE_BUF && (ulong)room < buffer.Remaining))
                return Errno.EAGAIN;
            wake = count == 0;
            int wanted = (int)Math.Min((ulong)room, buffer.Remaining);
            if (ring.Length < count + wanted)
                Resize(Math.Max(count + wanted, PIPE_BUF));
            done = Fill(ref buffer, wanted);
        }
        if (wake && done > 0)
            ReadQueue.WakeAll();
        return done == 0 ? Errno.EFAULT : done;
    }

    internal PollEvents Poll(bool reads, bool writes)
    {
        PollEvents events = 0;
        lock (gate)
        {
            if (reads)
            {
                if (count > 0)
                    events |= PollEvents.POLLIN | PollEvents.POLLRDNORM;
                if (writers == 0 && writerOpens > 0)
                    events |= PollEvents.POLLHUP;
            }
            if (writes)
            {
                if (Capacity - count >= PIPE_BUF)
                    events |= PollEvents.POLLOUT | PollEvents.POLLWRNORM;
                if (readers == 0)
                    events |= PollEvents.POLLERR;
            }
        }
        return events;
    }

    private int Fill(ref UserBuffer buffer, int wanted)
    {
        int done = 0;
        while (done < wanted)
        {
            int chunk = Math.Min(wanted - done, PIPE_BUF);
            int tail = (head + count) & (ring.Length - 1);
            int first = Math.Min(chunk, ring.Length - tail);
            if (buffer.CopyIn(ring.AsSpan(tail, first)) < first || buffer.CopyIn(ring.AsSpan(0, chunk - first)) < chunk - first)
                break;
            count += chunk;
            done += chunk;
        }
        return done;
    }

    private void Resize(int atLeast)
    {
        int size = PIPE_BUF;
        while (size < atLeast)
            size *= 2;
        var larger = new byte[size];
        int first = Math.Min(count, ring.Length - head);
        ring.AsSpan(head, first).CopyTo(larger);
        ring.AsSpan(0, count - first).CopyTo(larger.AsSpan(first));
        (ring, head) = (larger, 0);
    }
}
