using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Syscalls;

/// <summary>A wait that only a signal ends.</summary>
internal sealed class ForeverOperation : IOperation
{
    internal static readonly ForeverOperation Instance = new();

    public bool Try(KernelTask task, out SysResult result)
    {
        result = default;
        return false;
    }
}
