using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;
using Zonix.Lx.Ptrace;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>The wait of a vfork(2): until the child has left the memory that it borrows.</summary>
internal sealed class VforkOperation(Process child, int left, SysResult number) : IOperation
{
    public bool Try(KernelTask task, out SysResult result)
    {
        result = number;
        if (child.MemoriesLeft == left)
        {
            return false;
        }

        if (LxTracee.Of(task) is { } tracee && tracee.Wants(PtraceEvent.PTRACE_EVENT_VFORK_DONE))
        {
            TraceStops.Note(LxTask.Of(task), PtraceEvent.PTRACE_EVENT_VFORK_DONE, (ulong)number.Value);
        }

        return true;
    }
}
