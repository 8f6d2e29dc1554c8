using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>A sleep; an interrupted one tells what is left of it.</summary>
internal sealed class SleepOperation(long deadlineNs, UserPointer<Timespec> remaining)
    : ITimedOperation, IInterruptibleOperation, IRestartable
{
    public bool Try(KernelTask task, out SysResult result)
    {
        result = default;
        return false;
    }

    public SysResult TimedOut(KernelTask task) => SysResult.Success;

    public SysResult Interrupted(KernelTask task, SysResult result)
    {
        LxTask.Of(task).Restartable = this;
        if (remaining.IsNull)
        {
            return result;
        }

        var left = Timespec.FromNs(Math.Max(0, deadlineNs - task.Machine.Clock.MonotonicNs));
        return task.TryWrite(remaining, left) ? result : Errno.EFAULT;
    }

    public SysResult Restart(KernelTask task) => Sleeping.Sleep(task, deadlineNs, remaining);
}
