using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Waiting;

/// <summary>Waiting for a futex. The first try compares the word and enrols; later ones look whether it was woken.</summary>
public class FutexWait : ITimedOperation, IInterruptibleOperation
{
    private readonly FutexWaiter waiter;
    private readonly uint expected;
    private bool enrolled;

    /// <summary>A wait of <paramref name="task"/> while the word is <paramref name="expected"/>.</summary>
    public FutexWait(KernelTask task, FutexKey key, uint expected, uint bitset)
    {
        waiter = new FutexWaiter(task) { Key = key, Bitset = bitset };
        this.expected = expected;
    }

    /// <inheritdoc/>
    public bool Try(KernelTask task, out SysResult result)
    {
        ArgumentNullException.ThrowIfNull(task);
        if (enrolled)
        {
            result = SysResult.Success;
            return waiter.IsWoken;
        }

        var error = task.Machine.Futexes.Enrol(waiter, task.Memory, expected);
        enrolled = error == 0;
        result = error;
        return !enrolled;
    }

    /// <inheritdoc/>
    public SysResult TimedOut(KernelTask task)
    {
        FutexTable.Leave(waiter);
        return waiter.IsWoken ? SysResult.Success : Abi.Errno.ETIMEDOUT;
    }

    /// <inheritdoc/>
    public virtual SysResult Interrupted(KernelTask task, SysResult result)
    {
        FutexTable.Leave(waiter);
        return waiter.IsWoken ? SysResult.Success : result;
    }
}
