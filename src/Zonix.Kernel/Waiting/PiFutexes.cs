using Zonix.Abi;
using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Waiting;

/// <summary>
/// Locks with priority inheritance. The word holds the owner's number; the kernel comes in only when there is contention, so
/// one gate serves all locks of a machine. Under it words are only touched when present; a page is brought in outside.
/// Linux: Documentation/locking/pi-futex.rst.
/// </summary>
public sealed partial class PiFutexes
{
    internal const uint FUTEX_WAITERS = 0x8000_0000;
    internal const uint FUTEX_OWNER_DIED = 0x4000_0000;
    internal const uint FUTEX_TID_MASK = 0x3FFF_FFFF;
    private const int MaxChain = 1024;

    private readonly Lock gate = new();
    private readonly Dictionary<FutexKey, PiLock> locks = [];
    private int count;

    private enum Step
    {
        Done,
        Wait,
        BringIn,
        Again,
    }

    /// <summary>
    /// Takes a lock, or makes the caller a waiter; <paramref name="waits"/> tells which.
    /// </summary>
    /// <returns>Success; EDEADLK, ESRCH, EFAULT, EINVAL; EAGAIN when it would wait but is not to.</returns>
    internal SysResult Acquire(PiWaiter waiter, in FutexWord word, bool tryOnly, out bool waits)
    {
        while (true)
        {
            Step step;
            SysResult result;
            lock (gate)
            {
                step = AcquireLocked(waiter, word, tryOnly, takeWithWaiters: false, out result);
            }

            waits = step == Step.Wait;
            if (step is Step.Done or Step.Wait)
            {
                return result;
            }

            if (step == Step.BringIn && !word.BringInForWrite())
            {
                return Errno.EFAULT;
            }
        }
    }

    /// <summary>Gives a lock up: to the first waiter, whose number is written into the word.</summary>
    /// <returns>Success; EPERM when the caller does not hold it; EINVAL, EFAULT.</returns>
    internal SysResult Release(KernelTask task, in FutexWord word)
    {
        while (true)
        {
            Step step;
            SysResult result;
            lock (gate)
            {
                step = ReleaseLocked(task, word, out result);
            }

            if (step == Step.Done)
            {
                return result;
            }

            if (step == Step.BringIn && !word.BringInForWrite())
            {
                return Errno.EFAULT;
            }
        }
    }

    /// <summary>Whether any task waits for the lock of a word. Any thread.</summary>
    internal bool HasWaiters(FutexKey key)
    {
        if (Volatile.Read(ref count) == 0)
        {
            return false;
        }

        lock (gate)
        {
            return locks.TryGetValue(key, out var held) && held.Waiters.Count > 0;
        }
    }

    /// <summary>The wait ends without the lock, unless it has just been got; answers whether it has.</summary>
    internal bool Leave(PiWaiter waiter)
    {
        lock (gate)
        {
            if (waiter.Lock is not { } held)
            {
                return waiter.HasAcquired;
            }

            held.Waiters.Remove(waiter);
            waiter.Lock = null;
            DropIfUnused(held);
            Boost(held.Owner);
            return false;
        }
    }

    /// <summary>The heir of a dead owner writes itself into the word.</summary>
    /// <returns>Success; EFAULT.</returns>
    internal SysResult TakeInheritance(PiWaiter waiter, in FutexWord word)
    {
        while (true)
        {
            lock (gate)
            {
                if (!locks.TryGetValue(word.Key, out var held) || !ReferenceEquals(held.Heir, waiter))
                {
                    return SysResult.Success;
                }

                var bits = FUTEX_WAITERS | FUTEX_OWNER_DIED | (uint)waiter.Task.Tid.Value;
                if (word.TryLoad(out var value) && word.TryCompareExchange(value, bits, out var old))
                {
                    if (old != value)
                    {
                        continue;
                    }

                    held.Heir = null;
                    DropIfUnused(held);
                    return SysResult.Success;
                }
            }

            if (!word.BringInForWrite())
            {
                return Errno.EFAULT;
            }
        }
    }

    /// <summary>
    /// A task ends, or leaves its memory by execve(2): locks that it holds and others wait for go to the first of these.
    /// </summary>
    public void OwnerLeaves(KernelTask task, bool ends)
    {
        ArgumentNullException.ThrowIfNull(task);
        lock (gate)
        {
            task.HasLeftLocks = ends;
            if (count == 0)
            {
                return;
            }

            foreach (var held in locks.Values.ToArray())
            {
                if (!ReferenceEquals(held.Owner, task))
                {
                    continue;
                }

                held.Owner = null;
                held.Heir = null;
                if (held.Waiters.Count > 0)
                {
                    var heir = held.Waiters[0];
                    HandOver(held, heir);
                    held.Heir = heir;
                    heir.Acquire();
                }

                DropIfUnused(held);
            }
        }
    }

    /// <summary>A task's own priority has changed: its place among waiters, and what it lends to owners.</summary>
    public void PriorityChanged(KernelTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        if (Volatile.Read(ref count) == 0)
        {
            return;
        }

        lock (gate)
        {
            Boost(task);
        }
    }

    private Step AcquireLocked(PiWaiter waiter, in FutexWord word, bool tryOnly, bool takeWithWaiters, out SysResult result)
    {
        var task = waiter.Task;
        var own = (uint)task.Tid.Value;
        result = SysResult.Success;
        if (!word.TryLoad(out var value))
        {
            return Step.BringIn;
        }

        var holder = value & FUTEX_TID_MASK;
        if (holder == own)
        {
            return Fail(Errno.EDEADLK, out result);
        }

        var held = locks.GetValueOrDefault(word.Key);
        if (holder == 0 && held is not { Owner: not null })
        {
            var wanted = (value & FUTEX_OWNER_DIED) | own | (takeWithWaiters ? FUTEX_WAITERS : 0);
            return Store(word, value, wanted) is { } again ? again : Step.Done;
        }

        if (holder != 0 && held is { Owner: { } known, Heir: null } && (uint)known.Tid.Value != holder)
        {
            return Fail(Errno.EINVAL, out result);
        }

        if ((value & FUTEX_WAITERS) == 0 && Store(word, value, value | FUTEX_WAITERS) is { } changed)
        {
            return changed;
        }

        var owner = held?.Owner ?? task.Process.Pids.Tasks[new Tid((int)holder)];
        if (owner is null || owner.HasLeftLocks)
        {
            // Its end may have changed the word since we read it.
            return word.TryLoad(out var now) && (now | FUTEX_WAITERS) == (value | FUTEX_WAITERS) ? Fail(Errno.ESRCH, out result) : Step.Again;
        }

        if (tryOnly)
        {
            return Fail(Errno.EAGAIN, out result);
        }

        if (WouldDeadlock(task, owner))
        {
            return Fail(Errno.EDEADLK, out result);
        }

        Attach(waiter, held, word.Key, owner);
        return Step.Wait;
    }

    private Step ReleaseLocked(KernelTask task, in FutexWord word, out SysResult result)
    {
        result = SysResult.Success;
        if (!word.TryLoad(out var value))
        {
            return Step.BringIn;
        }

        if ((value & FUTEX_TID_MASK) != (uint)task.Tid.Value)
        {
            return Fail(Errno.EPERM, out result);
        }

        if (!locks.TryGetValue(word.Key, out var held) || held.Waiters.Count == 0)
        {
            return Store(word, value, 0) ?? Step.Done;
        }

        if (!ReferenceEquals(held.Owner, task))
        {
            return Fail(Errno.EINVAL, out result);
        }

        var next = held.Waiters[0];
        if (Store(word, value, FUTEX_WAITERS | (uint)next.Task.Tid.Value) is { } again)
        {
            return again;
        }

        HandOver(held, next);
        DropIfUnused(held);
        next.Acquire();
        Boost(task);
        return Step.Done;
    }

    private static Step Fail(Errno error, out SysResult result)
    {
        result = error;
        return Step.Done;
    }

    /// <summary>Changes the word; null: done.</summary>
    private static Step? Store(in FutexWord word, uint expected, uint value)
    {
        if (!word.TryCompareExchange(expected, value, out var old))
        {
            return Step.BringIn;
        }

        return old == expected ? null : Step.Again;
    }

    private void Attach(PiWaiter waiter, PiLock? held, FutexKey key, KernelTask owner)
    {
        if (held is null)
        {
            held = new PiLock(key);
            locks.Add(key, held);
            Volatile.Write(ref count, locks.Count);
        }

        held.Owner = owner;
        waiter.Reset();
        waiter.Task.PiWaiter = waiter;
        held.Insert(waiter);
        Boost(owner);
    }

    private void HandOver(PiLock held, PiWaiter next)
    {
        held.Waiters.Remove(next);
        held.Owner = next.Task;
        next.Lock = null;
        Boost(next.Task);
    }

    private void DropIfUnused(PiLock held)
    {
        if (held.Waiters.Count == 0 && held.Heir is null)
        {
            locks.Remove(held.Key);
            Volatile.Write(ref count, locks.Count);
        }
    }

    private static bool WouldDeadlock(KernelTask task, KernelTask owner)
    {
        var current = owner;
        for (var i = 0; i < MaxChain; i++)
        {
            if (ReferenceEquals(current, task))
            {
                return true;
            }

            if (current.PiWaiter?.Lock?.Owner is not { } next)
            {
                return false;
            }

            current = next;
        }

        return true;
    }

    /// <summary>Gives an owner the highest priority that waits for it, and what it waits for the same in turn.</summary>
    private void Boost(KernelTask? owner)
    {
        for (var i = 0; owner is not null && i < MaxChain; i++)
        {
            var lent = 0;
            foreach (var held in locks.Values)
            {
                if (ReferenceEquals(held.Owner, owner))
                {
                    lent = Math.Max(lent, held.TopPriority);
                }
            }

            if (owner.LentPriority != lent)
            {
                owner.LentPriority = lent;
                owner.Machine.Scheduler.Reposition(owner);
            }

            if (owner.PiWaiter is not { Lock: { } waitedFor } waiter)
            {
                return;
            }

            waitedFor.Waiters.Remove(waiter);
            waitedFor.Insert(waiter);
            owner = waitedFor.Owner;
        }
    }
}
