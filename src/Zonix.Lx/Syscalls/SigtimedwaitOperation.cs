using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Syscalls;

/// <summary>Waits for a pending signal of a set and takes it. sigtimedwait(2).</summary>
internal sealed class SigtimedwaitOperation(ulong wanted, UserPointer<SigInfo> place) : ITimedOperation
{
    public bool Try(KernelTask task, out SysResult result)
    {
        if (!SignalSending.TryTake(task, wanted, out var info))
        {
            result = default;
            return false;
        }

        result = place.IsNull || task.TryWrite(place, info) ? info.Signo : Errno.EFAULT;
        return true;
    }

    public SysResult TimedOut(KernelTask task) => Errno.EAGAIN;
}
