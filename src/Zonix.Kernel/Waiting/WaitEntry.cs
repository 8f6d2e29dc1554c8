namespace Zonix.Kernel.Waiting;

/// <summary>One enrolment of a waiter in a queue. Reused by its owner; in at most one queue at a time.</summary>
public sealed class WaitEntry(IWaiter waiter, object? tag = null)
{
    internal WaitEntry? Next;
    internal WaitEntry? Previous;
    internal WaitQueue? Queue;

    /// <summary>Who is woken.</summary>
    public IWaiter Waiter { get; } = waiter;

    /// <summary>For the waiter's use: what the queue stands for (epoll's item).</summary>
    public object? Tag { get; } = tag;

    /// <summary>Of the exclusive ones that a wake-up finds, only the first for whom it is news is woken. Set before it enrols.</summary>
    public bool IsExclusive { get; init; }

    /// <summary>Leaves the queue it is in, if any. It is not notified afterwards.</summary>
    public void Leave() => Volatile.Read(ref Queue)?.Leave(this);

    /// <summary>Whether it is enrolled.</summary>
    public bool IsEnrolled => Volatile.Read(ref Queue) is not null;
}
