using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Tracing;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Ptrace;

/// <summary>The wait of a task that stands still for its tracer.</summary>
internal sealed class TraceStopOperation(Tracee tracee) : IOperation
{
    public bool Try(KernelTask task, out SysResult result)
    {
        result = SysResult.NoReturn;
        lock (tracee.Gate)
            return tracee.Stop == TraceStopKind.None;
    }
}
