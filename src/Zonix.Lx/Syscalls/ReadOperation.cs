using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Syscalls;

/// <summary>A read that waits until there is something.</summary>
internal sealed class ReadOperation(OpenFileDescription file, UserBuffer buffer) : IOperation
{
    private UserBuffer buffer = buffer;

    public bool Try(KernelTask task, out SysResult result)
    {
        result = file.Read(ref buffer);
        return result.Raw != -(long)Errno.EAGAIN;
    }
}
