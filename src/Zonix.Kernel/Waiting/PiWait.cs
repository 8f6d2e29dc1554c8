using Zonix.Abi;
using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Waiting;

/// <summary>Waiting for a lock with priority inheritance. A task has one.</summary>
public sealed class PiWait(KernelTask task) : ITimedOperation, IInterruptibleOperation
{
    private readonly PiWaiter waiter = new(task);
    private FutexWord word;
    private bool waits;

    /// <summary>Takes a lock only if nobody holds it. FUTEX_TRYLOCK_PI.</summary>
    public SysResult TryLock(in FutexWord at)
    {
        waiter.Reset();
        return task.Machine.Futexes.Pi.Acquire(waiter, at, tryOnly: true, out _);
    }

    /// <summary>Gives a lock up. FUTEX_UNLOCK_PI.</summary>
    public SysResult Unlock(in FutexWord at) => task.Machine.Futexes.Pi.Release(task, at);

    /// <summary>Prepares to take a lock. FUTEX_LOCK_PI.</summary>
    public void Prepare(in FutexWord at)
    {
        word = at;
        waits = false;
        waiter.Reset();
    }

    /// <inheritdoc/>
    public bool Try(KernelTask task, out SysResult result)
    {
        ArgumentNullException.ThrowIfNull(task);
        var futexes = task.Machine.Futexes.Pi;
        if (!waits)
        {
            result = futexes.Acquire(waiter, word, tryOnly: false, out waits);
            return !waits;
        }

        result = SysResult.Success;
        if (!waiter.HasAcquired)
        {
            return false;
        }

        result = futexes.TakeInheritance(waiter, word);
        return true;
    }

    /// <inheritdoc/>
    public SysResult TimedOut(KernelTask task) => Leave(task, Errno.ETIMEDOUT);

    /// <inheritdoc/>
    public SysResult Interrupted(KernelTask task, SysResult result) => Leave(task, result);

    private SysResult Leave(KernelTask task, SysResult otherwise) =>
        task.Machine.Futexes.Pi.Leave(waiter) ? task.Machine.Futexes.Pi.TakeInheritance(waiter, word) : otherwise;
}
