using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Tasks;

namespace Zonix.Network.Tests;

/// <summary>Of tasks that never run.</summary>
internal sealed class QuietBrand : IBrand
{
    public RunEnd Run(KernelTask task, Worker worker) => throw new NotSupportedException();

    public void TaskExiting(KernelTask task)
    {
    }

    public bool DumpsCore(Process process) => false;
}
