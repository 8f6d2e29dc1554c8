using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>A futex wait that goes on, after a stop, with the time that is left.</summary>
internal sealed class FutexWaitCall(KernelTask task) : FutexWait(task), IRestartable
{
    private FutexWord word;
    private uint expected;
    private uint bitset;
    private long deadlineNs;

    /// <summary>Waits while the word is <paramref name="value"/>; the deadline is monotonic.</summary>
    internal SysResult Begin(KernelTask task, in FutexWord at, uint value, uint bits, long deadline)
    {
        word = at;
        expected = value;
        bitset = bits;
        deadlineNs = deadline;
        return Restart(task);
    }

    public SysResult Restart(KernelTask task)
    {
        Prepare(word, expected, bitset);
        return task.Block([], this, deadlineNs, deadlineNs == long.MaxValue ? Kernel.Waiting.Restart.IfSaRestart : Kernel.Waiting.Restart.Block);
    }

    public override SysResult Interrupted(KernelTask task, SysResult result)
    {
        LxTask.Of(task).Restartable = this;
        return base.Interrupted(task, result);
    }
}
