using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Tracing;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Ptrace;

/// <summary>The wait of PTRACE_ATTACH for a stopped task to stand still for its tracer.</summary>
internal sealed class AttachOperation(Tracee tracee) : IOperation
{
    public bool Try(KernelTask task, out SysResult result)
    {
        result = SysResult.Success;
        lock (tracee.Gate)
            return tracee.Stop != TraceStopKind.None || tracee.IsOver || !tracee.Task.Process.IsStopped;
    }
}
