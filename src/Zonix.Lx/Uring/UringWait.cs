using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Uring;

/// <summary>The wait of io_uring_enter(2) for completions. What was submitted counts more than how the wait ends.</summary>
internal sealed class UringWait(UringFile ring, uint wanted, int submitted) : ITimedOperation, IInterruptibleOperation
{
    public bool Try(KernelTask task, out SysResult result)
    {
        result = submitted;
        return ring.Available >= wanted;
    }

    public SysResult TimedOut(KernelTask task) => submitted > 0 ? submitted : Errno.ETIME;

    public SysResult Interrupted(KernelTask task, SysResult result) => submitted > 0 ? submitted : result;
}
