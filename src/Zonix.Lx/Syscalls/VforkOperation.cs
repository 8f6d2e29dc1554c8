using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Syscalls;

/// <summary>The wait of a vfork(2): until the child has left the memory that it borrows.</summary>
internal sealed class VforkOperation(Process child, int left, SysResult number) : IOperation
{
    public bool Try(KernelTask task, out SysResult result)
    {
        result = number;
        return child.MemoriesLeft != left;
    }
}
