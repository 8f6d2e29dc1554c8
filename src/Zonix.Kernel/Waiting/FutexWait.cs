using Zonix.Abi;
using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Waiting;

/// <summary>
/// Waiting for a futex. The first try compares the word and enrols; later ones look whether it was woken. A task has one,
/// for it waits for one call at a time.
/// </summary>
public class FutexWait(KernelTask task) : ITimedOperation, IInterruptibleOperation
{
    private readonly FutexWaiter waiter = new(task);
    private FutexWord word;
    private uint expected;
    private bool enrolled;

    /// <summary>Prepares a wait while the word is <paramref name="value"/>.</summary>
    public void Prepare(in FutexWord at, uint value, uint bitset)
    {
        word = at;
        expected = value;
        enrolled = false;
        waiter.Reset(at.Key, bitset);
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

        var error = task.Machine.Futexes.Enrol(waiter, word, expected);
        enrolled = error == 0;
        result = error;
        return !enrolled;
    }

    /// <inheritdoc/>
    public SysResult TimedOut(KernelTask task)
    {
        FutexTable.Leave(waiter);
        return waiter.IsWoken ? SysResult.Success : Errno.ETIMEDOUT;
    }

    /// <inheritdoc/>
    public virtual SysResult Interrupted(KernelTask task, SysResult result)
    {
        FutexTable.Leave(waiter);
        return waiter.IsWoken ? SysResult.Success : result;
    }
}
