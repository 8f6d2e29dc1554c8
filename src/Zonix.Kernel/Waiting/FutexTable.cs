using Zonix.Abi;

namespace Zonix.Kernel.Waiting;

/// <summary>
/// All futexes of a machine. The word is read under the gate of its bucket, so that a waker which has changed it before
/// finds the waiter. A page that is not present is brought in outside the gate, and the step is done again. futex(2).
/// </summary>
public sealed class FutexTable
{
    private const int BucketBits = 10;
    private readonly FutexBucket[] buckets = new FutexBucket[1 << BucketBits];

    /// <summary>An empty table.</summary>
    public FutexTable()
    {
        for (var i = 0; i < buckets.Length; i++)
        {
            buckets[i] = new FutexBucket(i);
        }
    }

    /// <summary>The locks with priority inheritance.</summary>
    public PiFutexes Pi { get; } = new();

    /// <summary>
    /// Wakes up to <paramref name="count"/> waiters whose bitsets meet; answers how many, or EINVAL when a waiter waits for a
    /// lock with priority inheritance.
    /// </summary>
    public SysResult Wake(FutexKey key, int count, uint bitset)
    {
        if (Pi.HasWaiters(key))
        {
            return Errno.EINVAL;
        }

        var bucket = Bucket(key);
        // A waiter enrols before it looks at the word, which our caller has changed.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref bucket.First) is null)
        {
            return 0;
        }

        bucket.Gate.Enter();
        var result = WakeLocked(bucket, key, count, bitset);
        bucket.Gate.Exit();
        return result;
    }

    /// <summary>
    /// Wakes some, moves others to a second futex; answers both together. EAGAIN when the first word is not
    /// <paramref name="expected"/>, if one is.
    /// </summary>
    public SysResult Requeue(in FutexWord from, FutexKey to, int wake, int move, uint? expected)
    {
        if (Pi.HasWaiters(from.Key) || Pi.HasWaiters(to))
        {
            return Errno.EINVAL;
        }

        var source = Bucket(from.Key);
        var target = Bucket(to);
        while (true)
        {
            EnterBoth(source, target);
            var value = 0u;
            if (expected is not null && !from.TryLoad(out value))
            {
                ExitBoth(source, target);
                if (!from.BringIn())
                {
                    return Errno.EFAULT;
                }

                continue;
            }

            var result = expected is { } wanted && value != wanted
                ? Errno.EAGAIN
                : RequeueLocked(source, target, from.Key, to, wake, move);
            ExitBoth(source, target);
            return result;
        }
    }

    /// <summary>FUTEX_WAKE_OP: changes the second word, wakes waiters of the first, and of the second when its old value compares.</summary>
    public SysResult WakeOp(FutexKey first, in FutexWord second, int wakeFirst, int wakeSecond, FutexOperation operation)
    {
        if (Pi.HasWaiters(first) || Pi.HasWaiters(second.Key))
        {
            return Errno.EINVAL;
        }

        var a = Bucket(first);
        var b = Bucket(second.Key);
        while (true)
        {
            EnterBoth(a, b);
            if (TryUpdate(second, operation, out var old))
            {
                var result = !operation.HasComparison ? Errno.ENOSYS : WakeLocked(a, first, wakeFirst, uint.MaxValue);
                if (!result.IsError && operation.Compare(old))
                {
                    var more = WakeLocked(b, second.Key, wakeSecond, uint.MaxValue);
                    result = more.IsError ? more : result.Raw + more.Raw;
                }

                ExitBoth(a, b);
                return result;
            }

            ExitBoth(a, b);
            if (!second.BringInForWrite())
            {
                return Errno.EFAULT;
            }
        }
    }

    /// <summary>Enrols a waiter when the word still has the expected value; otherwise EAGAIN or EFAULT.</summary>
    internal Errno Enrol(FutexWaiter waiter, in FutexWord word, uint expected)
    {
        var bucket = Bucket(word.Key);
        while (true)
        {
            bucket.Gate.Enter();
            // First the waiter, then the word: a waker that sees an empty bucket has changed the word before.
            bucket.Add(waiter);
            Interlocked.MemoryBarrier();
            var present = word.TryLoad(out var value);
            if (!present || value != expected)
            {
                bucket.Remove(waiter);
            }

            bucket.Gate.Exit();
            if (present)
            {
                return value == expected ? 0 : Errno.EAGAIN;
            }

            if (!word.BringIn())
            {
                return Errno.EFAULT;
            }
        }
    }

    /// <summary>Takes a waiter out, wherever a requeue has moved it meanwhile.</summary>
    internal static void Leave(FutexWaiter waiter)
    {
        while (Volatile.Read(ref waiter.Bucket) is { } bucket)
        {
            bucket.Gate.Enter();
            var found = ReferenceEquals(waiter.Bucket, bucket);
            if (found)
            {
                bucket.Remove(waiter);
            }

            bucket.Gate.Exit();
            if (found)
            {
                return;
            }
        }
    }

    internal FutexBucket Bucket(FutexKey key) => buckets[(uint)key.GetHashCode() >> (32 - BucketBits)];

    private static void EnterBoth(FutexBucket a, FutexBucket b)
    {
        if (ReferenceEquals(a, b))
        {
            a.Gate.Enter();
            return;
        }

        var (outer, inner) = a.Index < b.Index ? (a, b) : (b, a);
        outer.Gate.Enter();
        inner.Gate.Enter();
    }

    private static void ExitBoth(FutexBucket a, FutexBucket b)
    {
        a.Gate.Exit();
        if (!ReferenceEquals(a, b))
        {
            b.Gate.Exit();
        }
    }

    private static SysResult WakeLocked(FutexBucket bucket, FutexKey key, int count, uint bitset)
    {
        var woken = 0;
        for (var waiter = bucket.First; waiter is not null && woken < count;)
        {
            var next = waiter.Next;
            if (waiter.Key == key)
            {
                if (waiter.RequeueTo is not null)
                {
                    return Errno.EINVAL;
                }

                if ((waiter.Bitset & bitset) != 0)
                {
                    bucket.Remove(waiter);
                    waiter.Wake();
                    woken++;
                }
            }

            waiter = next;
        }

        return woken;
    }

    private static SysResult RequeueLocked(FutexBucket source, FutexBucket target, FutexKey from, FutexKey to, int wake, int move)
    {
        var woken = 0;
        var moved = 0;
        for (var waiter = source.First; waiter is not null && (woken < wake || moved < move);)
        {
            var next = waiter.Next;
            if (waiter.Key == from)
            {
                if (waiter.RequeueTo is not null)
                {
                    return Errno.EINVAL;
                }

                if (woken < wake)
                {
                    source.Remove(waiter);
                    waiter.Wake();
                    woken++;
                }
                else
                {
                    moved++;
                    waiter.Key = to;
                    if (!ReferenceEquals(source, target))
                    {
                        source.Remove(waiter);
                        target.Add(waiter);
                    }
                }
            }

            waiter = next;
        }

        return woken + moved;
    }

    private static bool TryUpdate(in FutexWord word, FutexOperation operation, out uint old)
    {
        if (!word.TryLoad(out old))
        {
            return false;
        }

        while (true)
        {
            var expected = old;
            if (!word.TryCompareExchange(expected, operation.Apply(expected), out old))
            {
                return false;
            }

            if (old == expected)
            {
                return true;
            }
        }
    }
}
