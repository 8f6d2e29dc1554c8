namespace Zonix.Kernel.Events;

/// <content>What splice(2), tee(2) and vmsplice(2) do with the pieces of a pipe.</content>
public sealed partial class Pipe
{
    /// <summary>Pieces there is room for.</summary>
    internal int FreeSlots
    {
        get
        {
            lock (gate)
                return Math.Max(0, slots - used);
        }
    }

    /// <summary>Whether there is nothing to read.</summary>
    internal bool IsEmpty => Volatile.Read(ref used) == 0;

    /// <summary>Takes the first piece out, or up to <paramref name="most"/> bytes of it.</summary>
    internal bool TryTake(long most, out PipeSlot piece)
    {
        bool wake;
        lock (gate)
        {
            if (used == 0)
            {
                piece = default;
                return false;
            }
            wake = TakeLocked(most, out piece);
        }
        if (wake)
            WriteQueue.WakeAll();
        return true;
    }

    /// <summary>Gives back what could not be used of a piece that was taken.</summary>
    internal void PutBack(in PipeSlot piece)
    {
        lock (gate)
        {
            if (readers == 0 && writers == 0)
                return;
            if (used == ring.Length)
                Enlarge();
            tail = (tail - 1) & (ring.Length - 1);
            ring[tail] = piece with { CanMerge = used == 0 && piece.CanMerge };
            used++;
            count += piece.Length;
        }
        ReadQueue.WakeAll();
    }

    /// <summary>Adds a piece; the caller has seen that there is room. EPIPE.</summary>
    internal Errno Add(in PipeSlot piece)
    {
        bool wake;
        lock (gate)
        {
            if (readers == 0)
                return Errno.EPIPE;
            wake = used == 0 || wasPolled;
            Append(piece);
        }
        if (wake)
            ReadQueue.WakeAll();
        return 0;
    }

    /// <summary>Moves pieces, or copies them, to another pipe: as much as there is and as there is room for.</summary>
    /// <returns>Bytes; 0 at the end; EPIPE; EAGAIN when this is empty or the other full.</returns>
    internal SysResult TransferTo(Pipe target, long length, bool copies)
    {
        bool wakeWriters = false, wakeReaders;
        long done = 0;
        EnterBoth(target);
        try
        {
            if (used == 0)
                return writers == 0 ? 0 : Errno.EAGAIN;
            if (target.readers == 0)
                return Errno.EPIPE;
            wakeReaders = target.used == 0 || target.wasPolled;
            int next = 0;
            while (done < length && next < used && !target.IsFull)
            {
                PipeSlot piece;
                if (copies)
                    piece = CopyOf(ring[(tail + next++) & (ring.Length - 1)], length - done);
                else
                    wakeWriters |= TakeLocked(length - done, out piece);
                target.Append(piece with { CanMerge = false });
                done += piece.Length;
            }
        }
        finally
        {
            target.gate.Exit();
            gate.Exit();
        }
        if (wakeWriters)
            WriteQueue.WakeAll();
        if (wakeReaders && done > 0)
            target.ReadQueue.WakeAll();
        return done > 0 ? done : Errno.EAGAIN;
    }

    private static PipeSlot CopyOf(in PipeSlot slot, long most)
    {
        int length = (int)Math.Min(slot.Length, most);
        var page = new byte[PIPE_BUF];
        slot.Page.AsSpan(slot.Offset, length).CopyTo(page.AsSpan(slot.Offset));
        return new PipeSlot { Page = page, Offset = slot.Offset, Length = length, IsPacket = slot.IsPacket };
    }

    private bool TakeLocked(long most, out PipeSlot piece)
    {
        ref PipeSlot slot = ref ring[tail];
        bool wasFull = IsFull;
        if (slot.Length > most)
        {
            piece = CopyOf(slot, most);
            slot.Offset += piece.Length;
            slot.Length -= piece.Length;
            count -= piece.Length;
            return false;
        }
        piece = slot;
        slot = default;
        tail = (tail + 1) & (ring.Length - 1);
        used--;
        count -= piece.Length;
        return wasFull;
    }

    // Two pipes have no order: whoever finds the second taken gives the first back and begins with the second.
    private void EnterBoth(Pipe other)
    {
        while (true)
        {
            gate.Enter();
            if (other.gate.TryEnter())
                return;
            gate.Exit();
            other.gate.Enter();
            if (gate.TryEnter())
                return;
            other.gate.Exit();
        }
    }
}
