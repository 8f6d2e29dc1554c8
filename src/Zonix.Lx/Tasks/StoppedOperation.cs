using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Tasks;

/// <summary>The wait of a task whose process a signal has stopped; a tracer may want it to stop otherwise.</summary>
internal sealed class StoppedOperation : IOperation
{
    internal static readonly StoppedOperation Instance = new();

    public bool Try(KernelTask task, out SysResult result)
    {
        result = SysResult.NoReturn;
        return !task.Process.IsStopped || task.Tracee is { IsTrapDue: true };
    }
}
