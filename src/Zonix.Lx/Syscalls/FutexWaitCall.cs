using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>A futex wait that goes on, after a stop, with the time that is left.</summary>
internal sealed class FutexWaitCall(KernelTask task, FutexKey key, uint expected, uint bitset, long deadlineNs)
    : FutexWait(task, key, expected, bitset), IRestartable
{
    private readonly FutexKey key = key;
    private readonly uint expected = expected;
    private readonly uint bitset = bitset;

    public SysResult Restart(KernelTask task) => Futexes.Wait(task, key, expected, bitset, deadlineNs);

    public override SysResult Interrupted(KernelTask task, SysResult result)
    {
        LxTask.Of(task).Restartable = this;
        return base.Interrupted(task, result);
    }
}
