namespace Zonix.Kernel.Waiting;

/// <summary>Waiters of all futexes that share a hash, oldest first.</summary>
internal sealed class FutexBucket(int index)
{
    internal FutexWaiter? First;
    private FutexWaiter? last;

    /// <summary>Held for a look at the word and the list; never while a page is brought in.</summary>
    internal SpinGate Gate;

    internal int Index { get; } = index;

    internal void Add(FutexWaiter waiter)
    {
        waiter.Previous = last;
        waiter.Next = null;
        if (last is null)
        {
            First = waiter;
        }
        else
        {
            last.Next = waiter;
        }

        last = waiter;
        Volatile.Write(ref waiter.Bucket, this);
    }

    internal void Remove(FutexWaiter waiter)
    {
        if (waiter.Previous is null)
        {
            First = waiter.Next;
        }
        else
        {
            waiter.Previous.Next = waiter.Next;
        }

        if (waiter.Next is null)
        {
            last = waiter.Previous;
        }
        else
        {
            waiter.Next.Previous = waiter.Previous;
        }

        waiter.Next = null;
        waiter.Previous = null;
        Volatile.Write(ref waiter.Bucket, null);
    }
}
