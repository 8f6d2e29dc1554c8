using Zonix.Abi;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Waiting;

/// <summary>
/// All futexes of a machine. The word is read under the gate of its bucket, so that a waker which has changed it before
/// finds the waiter. A page that must be brought in then takes the address space's lock inside the gate. futex(2).
/// </summary>
public sealed class FutexTable
{
    private const int BucketCount = 256;
    private readonly FutexBucket[] buckets = new FutexBucket[BucketCount];

    /// <summary>An empty table.</summary>
    public FutexTable()
    {
        for (var i = 0; i < BucketCount; i++)
        {
            buckets[i] = new FutexBucket(i);
        }
    }

    /// <summary>Wakes up to <paramref name="count"/> waiters whose bitsets meet; answers how many.</summary>
    public int Wake(FutexKey key, int count, uint bitset)
    {
        var bucket = Bucket(key);
        lock (bucket.Gate)
        {
            return WakeLocked(bucket, key, count, bitset);
        }
    }

    /// <summary>
    /// FUTEX_CMP_REQUEUE: wakes some, moves others to a second futex; answers both together, EAGAIN when the word has
    /// changed. Without <paramref name="expected"/>: FUTEX_REQUEUE, which answers those woken.
    /// </summary>
    public SysResult Requeue(AddressSpace memory, FutexKey from, FutexKey to, int wake, int move, uint? expected)
    {
        var source = Bucket(from);
        var target = Bucket(to);
        var (outer, inner) = source.Index <= target.Index ? (source, target) : (target, source);
        lock (outer.Gate)
        {
            lock (inner.Gate)
            {
                if (expected is { } value)
                {
                    if (!memory.TryLoadAcquire(new UserAddress(from.Address), out var current))
                    {
                        return Errno.EFAULT;
                    }

                    if (current != value)
                    {
                        return Errno.EAGAIN;
                    }
                }

                var woken = WakeLocked(source, from, wake, uint.MaxValue);
                var moved = Move(source, target, from, to, move);
                return expected is null ? woken : woken + moved;
            }
        }
    }

    /// <summary>FUTEX_WAKE_OP: changes the second word, wakes waiters of the first, and of the second when its old value compares.</summary>
    public SysResult WakeOp(AddressSpace memory, FutexKey first, FutexKey second, int wakeFirst, int wakeSecond, FutexOperation operation)
    {
        var a = Bucket(first);
        var b = Bucket(second);
        var (outer, inner) = a.Index <= b.Index ? (a, b) : (b, a);
        lock (outer.Gate)
        {
            lock (inner.Gate)
            {
                if (!TryUpdate(memory, second.Address, operation, out var old))
                {
                    return Errno.EFAULT;
                }

                var woken = WakeLocked(a, first, wakeFirst, uint.MaxValue);
                return operation.Compare(old) ? woken + WakeLocked(b, second, wakeSecond, uint.MaxValue) : woken;
            }
        }
    }

    /// <summary>Enrols a waiter when the word still has the expected value; otherwise EAGAIN or EFAULT.</summary>
    internal Errno Enrol(FutexWaiter waiter, AddressSpace memory, uint expected)
    {
        var bucket = Bucket(waiter.Key);
        lock (bucket.Gate)
        {
            if (!memory.TryLoadAcquire(new UserAddress(waiter.Key.Address), out var value))
            {
                return Errno.EFAULT;
            }

            if (value != expected)
            {
                return Errno.EAGAIN;
            }

            bucket.Add(waiter);
            return 0;
        }
    }

    /// <summary>Takes a waiter out, wherever a requeue has moved it meanwhile.</summary>
    internal static void Leave(FutexWaiter waiter)
    {
        while (Volatile.Read(ref waiter.Bucket) is { } bucket)
        {
            lock (bucket.Gate)
            {
                if (ReferenceEquals(waiter.Bucket, bucket))
                {
                    bucket.Remove(waiter);
                    return;
                }
            }
        }
    }

    private static int WakeLocked(FutexBucket bucket, FutexKey key, int count, uint bitset)
    {
        var woken = 0;
        for (var waiter = bucket.First; waiter is not null && woken < count;)
        {
            var next = waiter.Next;
            if (waiter.Key == key && (waiter.Bitset & bitset) != 0)
            {
                bucket.Remove(waiter);
                waiter.Wake();
                woken++;
            }

            waiter = next;
        }

        return woken;
    }

    private static int Move(FutexBucket source, FutexBucket target, FutexKey from, FutexKey to, int count)
    {
        var moved = 0;
        for (var waiter = source.First; waiter is not null && moved < count;)
        {
            var next = waiter.Next;
            if (waiter.Key == from)
            {
                moved++;
                waiter.Key = to;
                if (!ReferenceEquals(source, target))
                {
                    source.Remove(waiter);
                    target.Add(waiter);
                }
            }

            waiter = next;
        }

        return moved;
    }

    private static bool TryUpdate(AddressSpace memory, ulong address, FutexOperation operation, out uint old)
    {
        if (!memory.TryLoadAcquire(new UserAddress(address), out old))
        {
            return false;
        }

        while (true)
        {
            var expected = old;
            if (!memory.TryCompareExchange(new UserAddress(address), expected, operation.Apply(expected), out old))
            {
                return false;
            }

            if (old == expected)
            {
                return true;
            }
        }
    }

    private FutexBucket Bucket(FutexKey key)
    {
        var hash = (uint)(key.Address >> 2) * 0x9E3779B9u;
        return buckets[hash >> 24];
    }
}
