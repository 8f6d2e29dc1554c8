using Zonix.Abi;
using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Waiting;

/// <summary>Waiting for any of several futexes; answers the index of one that was woken. futex_waitv(2).</summary>
public sealed class FutexVector(KernelTask task) : ITimedOperation, IInterruptibleOperation
{
    private FutexWaiter[] waiters = [];
    private FutexWord[] words = [];
    private uint[] expected = [];
    private int count;
    private bool enrolled;

    /// <summary>Starts a new set.</summary>
    public void Clear()
    {
        count = 0;
        enrolled = false;
    }

    /// <summary>Adds a futex to the set.</summary>
    public void Add(in FutexWord word, uint value)
    {
        if (count == waiters.Length)
        {
            var length = Math.Max(4, count * 2);
            Array.Resize(ref waiters, length);
            Array.Resize(ref words, length);
            Array.Resize(ref expected, length);
        }

        waiters[count] ??= new FutexWaiter(task);
        waiters[count].Reset(word.Key, uint.MaxValue);
        words[count] = word;
        expected[count++] = value;
    }

    /// <inheritdoc/>
    public bool Try(KernelTask task, out SysResult result)
    {
        ArgumentNullException.ThrowIfNull(task);
        result = default;
        if (!enrolled)
        {
            for (var i = 0; i < count; i++)
            {
                var error = task.Machine.Futexes.Enrol(waiters[i], words[i], expected[i]);
                if (error != 0)
                {
                    // One that was enrolled before may have been woken meanwhile: that counts more than the error.
                    result = Leave(i, error);
                    return true;
                }
            }

            enrolled = true;
            return false;
        }

        if (!IsAnyWoken())
        {
            return false;
        }

        result = Leave(count, Errno.EAGAIN);
        return true;
    }

    /// <inheritdoc/>
    public SysResult TimedOut(KernelTask task) => Leave(count, Errno.ETIMEDOUT);

    /// <inheritdoc/>
    public SysResult Interrupted(KernelTask task, SysResult result) => Leave(count, result);

    private bool IsAnyWoken()
    {
        for (var i = 0; i < count; i++)
        {
            if (waiters[i].IsWoken)
            {
                return true;
            }
        }

        return false;
    }

    private SysResult Leave(int entered, SysResult otherwise)
    {
        var result = otherwise;
        for (var i = 0; i < entered; i++)
        {
            FutexTable.Leave(waiters[i]);
            if (waiters[i].IsWoken)
            {
                result = i;
            }
        }

        return result;
    }
}
