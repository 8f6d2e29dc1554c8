namespace Zonix.Kernel.Waiting;

/// <summary>What a <see cref="WaitQueue"/> wakes: a task, or a callback such as epoll's.</summary>
public interface IWaiter
{
    /// <summary>
    /// Called under the queue's lock; may take only leaf locks and must not enrol or leave queues. Answers whether this
    /// wake-up was new to the waiter, which is what an exclusive wake counts.
    /// </summary>
    bool Notify(WaitEntry entry);
}
