using Zonix.Abi;
using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Waiting;

/// <summary>
/// Waiting for a futex until somebody moves the task to a lock with priority inheritance, and then for that.
/// FUTEX_WAIT_REQUEUE_PI.
/// </summary>
public sealed class RequeueWait(KernelTask task) : ITimedOperation, IInterruptibleOperation
{
    private readonly FutexWaiter waiter = new(task);
    private readonly PiWaiter lockWaiter = new(task);
    private FutexWord word;
    private FutexWord target;
    private uint expected;
    private bool enrolled;

    /// <summary>Prepares a wait while the word is <paramref name="value"/>.</summary>
    public void Prepare(in FutexWord at, uint value, uint bitset, in FutexWord requeueTo)
    {
        word = at;
        target = requeueTo;
        expected = value;
        enrolled = false;
        waiter.Reset(at.Key, bitset, requeueTo.Key);
        lockWaiter.Reset();
        task.RequeueWaiter = lockWaiter;
    }

    /// <inheritdoc/>
    public bool Try(KernelTask task, out SysResult result)
    {
        ArgumentNullException.ThrowIfNull(task);
        if (enrolled)
        {
            result = SysResult.Success;
            if (!lockWaiter.HasAcquired)
            {
                return false;
            }

            result = task.Machine.Futexes.Pi.TakeInheritance(lockWaiter, target);
            return true;
        }

        var error = task.Machine.Futexes.Enrol(waiter, word, expected);
        enrolled = error == 0;
        result = error;
        return !enrolled;
    }

    /// <inheritdoc/>
    public SysResult TimedOut(KernelTask task) => Leave(task, Errno.ETIMEDOUT, Errno.ETIMEDOUT);

    /// <inheritdoc/>
    public SysResult Interrupted(KernelTask task, SysResult result) => Leave(task, result, Errno.EAGAIN);

    private SysResult Leave(KernelTask task, SysResult before, Errno moved)
    {
        FutexTable.Leave(waiter);
        var wasMoved = lockWaiter.Lock is not null;
        if (task.Machine.Futexes.Pi.Leave(lockWaiter))
        {
            return task.Machine.Futexes.Pi.TakeInheritance(lockWaiter, target);
        }

        return wasMoved ? moved : before;
    }
}
