namespace Zonix.Kernel.Waiting;

/// <summary>
/// The waiters for one condition, in the order of their arrival. Whoever changes the condition first changes it, then
/// wakes; whoever waits first enrols, then looks at the condition: so no wake-up is lost.
/// </summary>
public sealed class WaitQueue
{
    private SpinGate gate;
    private WaitEntry? first;
    private WaitEntry? last;

    /// <summary>Whether nobody is enrolled: lets a waker that has nobody to wake leave early.</summary>
    public bool IsEmpty
    {
        get
        {
            // The caller's change of the condition must be visible before we look at who has enrolled.
            Interlocked.MemoryBarrier();
            return Volatile.Read(ref first) is null;
        }
    }

    /// <summary>Wakes everybody, but of exclusive waiters only one.</summary>
    public void WakeAll() => Wake(int.MaxValue);

    /// <summary>Wakes up to <paramref name="count"/> waiters that had not been woken yet, oldest first; answers how many.</summary>
    public int Wake(int count)
    {
        if (IsEmpty)
        {
            return 0;
        }

        var woken = 0;
        var exclusiveDone = false;
        gate.Enter();
        for (var entry = first; entry is not null && woken < count; entry = entry.Next)
        {
            if (entry.IsExclusive && exclusiveDone)
            {
                continue;
            }

            if (entry.Waiter.Notify(entry))
            {
                woken++;
                exclusiveDone |= entry.IsExclusive;
            }
        }

        gate.Exit();
        return woken;
    }

    /// <summary>Adds a waiter at the end.</summary>
    public void Enrol(WaitEntry entry)
    {
        gate.Enter();
        entry.Previous = last;
        entry.Next = null;
        if (last is null)
        {
            Volatile.Write(ref first, entry);
        }
        else
        {
            last.Next = entry;
        }

        last = entry;
        Volatile.Write(ref entry.Queue, this);
        gate.Exit();
        // Pairs with the barrier in IsEmpty: enrolment before the look at the condition.
        Interlocked.MemoryBarrier();
    }

    /// <summary>Removes a waiter; nothing happens when it is not in this queue. Afterwards it is not notified any more.</summary>
    public void Leave(WaitEntry entry)
    {
        gate.Enter();
        if (ReferenceEquals(entry.Queue, this))
        {
            Unlink(entry);
        }

        gate.Exit();
    }

    private void Unlink(WaitEntry entry)
    {
        if (entry.Previous is null)
        {
            Volatile.Write(ref first, entry.Next);
        }
        else
        {
            entry.Previous.Next = entry.Next;
        }

        if (entry.Next is null)
        {
            last = entry.Previous;
        }
        else
        {
            entry.Next.Previous = entry.Previous;
        }

        entry.Next = null;
        entry.Previous = null;
        Volatile.Write(ref entry.Queue, null);
    }
}
