using System.Numerics;
using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Events;

/// <summary>
/// A ring of pages between writers and readers. pipe(7). As on Linux its capacity counts pages, a write of at most PIPE_BUF
/// bytes lies in one page and so is atomic, and small writes are added to the last page if they fit there whole.
/// </summary>
public sealed partial class Pipe
{
    /// <summary>The largest write that is never split; the size of a page.</summary>
    public const int PIPE_BUF = 4096;

    /// <summary>The capacity a pipe begins with.</summary>
    public const int DefaultCapacity = DefaultSlots * PIPE_BUF;

    private const int DefaultSlots = 16, FewSlots = 2, SparePages = 16;
    private const int CAP_SYS_RESOURCE = 24;

    private readonly Lock gate = new();
    private readonly PipeLimits? limits;
    private PipeSlot[] ring = [];
    private byte[][] spare = [];
    private int tail, used, count, spareCount, slots = DefaultSlots;
    private int readers, writers, readerOpens, writerOpens;
    private uint user;
    private bool wasPolled;

    /// <summary>A pipe; with limits its pages count against its user's.</summary>
    public Pipe(PipeLimits? limits = null) => this.limits = limits;

    /// <summary>Woken when there is something to read or the last writer left.</summary>
    public WaitQueue ReadQueue { get; } = new();

    /// <summary>Woken when there is room or the last reader left.</summary>
    public WaitQueue WriteQueue { get; } = new();

    /// <summary>Bytes it holds at most.</summary>
    public int Capacity => Volatile.Read(ref slots) * PIPE_BUF;

    /// <summary>Bytes waiting to be read. FIONREAD.</summary>
    public int Available => Volatile.Read(ref count);

    /// <summary>How often an end was opened: a FIFO's open(2) waits for the other number to move.</summary>
    internal (int Readers, int Writers) Opens => (Volatile.Read(ref readerOpens), Volatile.Read(ref writerOpens));

    /// <summary>Ends open now.</summary>
    internal (int Readers, int Writers) Ends => (Volatile.Read(ref readers), Volatile.Read(ref writers));

    private bool IsFull => used >= slots;

    /// <summary>A capacity as Linux rounds it: a power of two of at least a page; 0 when there is none.</summary>
    public static int RoundSize(uint wanted) =>
        wanted > 1u << 31 ? 0 : wanted <= PIPE_BUF ? PIPE_BUF : (int)Math.Min(BitOperations.RoundUpToPowerOf2(wanted), 1u << 30);

    /// <summary>F_SETPIPE_SZ.</summary>
    /// <returns>The capacity; EINVAL, EBUSY when it holds more, EPERM beyond the limits.</returns>
    public SysResult SetCapacity(Credentials who, uint wanted)
    {
        int size = RoundSize(wanted);
        if (size == 0)
            return Errno.EINVAL;
        int wantedSlots = size / PIPE_BUF;
        lock (gate)
        {
            bool grows = wantedSlots > slots;
            if (grows && limits is not null && size > limits.MaxSize && !who.Has(CAP_SYS_RESOURCE))
                return Errno.EPERM;
            long charged = limits?.Charge(user, wantedSlots - slots) ?? 0;
            bool beyond = limits is not null && (limits.IsBeyondHard(charged) || limits.IsBeyondSoft(charged));
            bool refused = grows && beyond && !PipeLimits.IsExempt(who);
            if (refused || wantedSlots < used)
            {
                limits?.Charge(user, slots - wantedSlots);
                return refused ? Errno.EPERM : Errno.EBUSY;
            }
            Volatile.Write(ref slots, wantedSlots);
        }
        WriteQueue.WakeAll();
        return size;
    }

    /// <summary>Opens an end, or both. ENFILE beyond the user's hard limit.</summary>
    internal Errno Open(bool reads, bool writes)
    {
        lock (gate)
        {
            if (readers == 0 && writers == 0 && !Begin())
                return Errno.ENFILE;
            readers += reads ? 1 : 0;
            writers += writes ? 1 : 0;
            readerOpens += reads ? 1 : 0;
            writerOpens += writes ? 1 : 0;
        }
        if (reads)
            WriteQueue.WakeAll();
        if (writes)
            ReadQueue.WakeAll();
        return 0;
    }

    internal void Close(bool reads, bool writes)
    {
        lock (gate)
        {
            readers -= reads ? 1 : 0;
            writers -= writes ? 1 : 0;
            if (readers == 0 && writers == 0)
            {
                limits?.Charge(user, -slots);
                (ring, spare) = ([], []);
                (tail, used, count, spareCount, slots, wasPolled) = (0, 0, 0, 0, DefaultSlots, false);
            }
        }
        ReadQueue.WakeAll();
        WriteQueue.WakeAll();
    }

    /// <summary>Reads what there is; EAGAIN when there is nothing yet, 0 when nobody can write any more.</summary>
    internal SysResult Read(ref UserBuffer buffer)
    {
        if (buffer.Remaining == 0)
            return 0;
        // Whoever waits looks twice in vain for each time it finds something: that needs no lock, since writers change the ring
        // before they wake.
        if (Volatile.Read(ref used) == 0 && Volatile.Read(ref writers) != 0)
            return Errno.EAGAIN;
        bool wake = false;
        int done = 0;
        lock (gate)
        {
            if (used == 0)
                return writers == 0 ? 0 : Errno.EAGAIN;
            while (used > 0 && buffer.Remaining > 0)
            {
                ref PipeSlot slot = ref ring[tail];
                int part = (int)Math.Min((ulong)slot.Length, buffer.Remaining);
                // As on Linux, what was moved of a page before a fault is not counted.
                if (buffer.CopyOut(slot.Page.AsSpan(slot.Offset, part)) < part)
                    break;
                bool packet = slot.IsPacket;
                Consume(ref slot, packet ? slot.Length : part, ref wake);
                done += part;
                if (packet)
                    break;
            }
        }
        if (wake)
            WriteQueue.WakeAll();
        return done == 0 ? Errno.EFAULT : done;
    }

    /// <summary>Writes what there is room for; EAGAIN when there is none, EPIPE without readers.</summary>
    internal SysResult Write(ref UserBuffer buffer, bool packets)
    {
        if (buffer.Remaining == 0)
            return 0;
        bool wake, full;
        int done;
        lock (gate)
        {
            if (readers == 0)
                return Errno.EPIPE;
            wake = used == 0 || wasPolled;
            done = Merge(ref buffer);
            while (buffer.Remaining > 0 && !buffer.Faulted && !IsFull)
                done += AddPage(ref buffer, packets);
            full = done == 0 && !buffer.Faulted;
        }
        if (wake && done > 0)
            ReadQueue.WakeAll();
        return done > 0 ? done : full ? Errno.EAGAIN : Errno.EFAULT;
    }

    /// <summary>What an end is ready for.</summary>
    internal PollEvents Poll(bool reads, bool writes, int writersBefore)
    {
        PollEvents events = 0;
        lock (gate)
        {
            // Whoever polls wants to know of every write, not only of the first: edge-triggered epoll.
            wasPolled = true;
            if (reads)
            {
                if (used > 0)
                    events |= PollEvents.POLLIN | PollEvents.POLLRDNORM;
                if (writers == 0 && writerOpens != writersBefore)
                    events |= PollEvents.POLLHUP;
            }
            if (writes)
            {
                if (!IsFull)
                    events |= PollEvents.POLLOUT | PollEvents.POLLWRNORM;
                if (readers == 0)
                    events |= PollEvents.POLLERR;
            }
        }
        return events;
    }

    // Linux adds the first bytes of a write to the last page when the write's odd part fits there whole.
    private int Merge(ref UserBuffer buffer)
    {
        int odd = (int)(buffer.Remaining % PIPE_BUF);
        if (odd == 0 || used == 0)
            return 0;
        ref PipeSlot last = ref ring[(tail + used - 1) & (ring.Length - 1)];
        int end = last.Offset + last.Length;
        if (!last.CanMerge || end + odd > PIPE_BUF || buffer.CopyIn(last.Page.AsSpan(end, odd)) < odd)
            return 0;
        last.Length += odd;
        count += odd;
        return odd;
    }

    private int AddPage(ref UserBuffer buffer, bool packets)
    {
        byte[] page = TakePage();
        int wanted = (int)Math.Min(buffer.Remaining, PIPE_BUF);
        if (buffer.CopyIn(page.AsSpan(0, wanted)) < wanted)
        {
            KeepPage(page);
            return 0;
        }
        Append(new PipeSlot { Page = page, Length = wanted, CanMerge = !packets, IsPacket = packets });
        return wanted;
    }

    private void Append(in PipeSlot slot)
    {
        if (used == ring.Length)
            Enlarge();
        ring[(tail + used) & (ring.Length - 1)] = slot;
        used++;
        count += slot.Length;
    }

    // The first slot has been read from; wakes writers only when the pipe was full.
    private void Consume(ref PipeSlot slot, int bytes, ref bool wake)
    {
        slot.Offset += bytes;
        slot.Length -= bytes;
        count -= bytes;
        if (slot.Length > 0)
            return;
        wake |= IsFull;
        KeepPage(slot.Page);
        slot = default;
        tail = (tail + 1) & (ring.Length - 1);
        used--;
    }

    private byte[] TakePage() => spareCount > 0 ? spare[--spareCount] : GC.AllocateUninitializedArray<byte>(PIPE_BUF);

    private void KeepPage(byte[] page)
    {
        if (spareCount == spare.Length)
        {
            if (spareCount >= SparePages)
                return;
            Array.Resize(ref spare, Math.Max(1, spareCount * 2));
        }
        spare[spareCount++] = page;
    }

    private void Enlarge()
    {
        var larger = new PipeSlot[Math.Max(1, ring.Length * 2)];
        for (int i = 0; i < used; i++)
            larger[i] = ring[(tail + i) & (ring.Length - 1)];
        (ring, tail) = (larger, 0);
    }

    // The first end is opened: the pages count against whoever opens it.
    private bool Begin()
    {
        if (limits is null)
            return true;
        Credentials who = Worker.Current?.Running?.Credentials ?? Credentials.Root;
        user = who.Uid;
        slots = who.Has(CAP_SYS_RESOURCE) ? DefaultSlots : Math.Min(DefaultSlots, limits.MaxSize / PIPE_BUF);
        long charged = limits.Charge(user, slots);
        if (PipeLimits.IsExempt(who))
            return true;
        if (limits.IsBeyondSoft(charged))
        {
            charged = limits.Charge(user, FewSlots - slots);
            slots = FewSlots;
        }
        if (!limits.IsBeyondHard(charged))
            return true;
        limits.Charge(user, -slots);
        return false;
    }
}
