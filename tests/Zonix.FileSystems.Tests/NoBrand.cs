using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Tasks;

namespace Zonix.FileSystems.Tests;

/// <summary>For processes that never run.</summary>
internal sealed class NoBrand : IBrand
{
    public RunEnd Run(KernelTask task, Worker worker) => throw new NotSupportedException();

    public void TaskExiting(KernelTask task)
    {
    }

    public bool DumpsCore(Process process) => false;
}
