using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Syscalls;

/// <summary>A write that waits until all is taken. Interrupted, it answers what was. pipe(7).</summary>
internal sealed class WriteOperation(OpenFileDescription file, UserBuffer buffer, ulong wanted) : IInterruptibleOperation
{
    private UserBuffer buffer = buffer;

    private ulong Done => wanted - buffer.Remaining;

    public bool Try(KernelTask task, out SysResult result)
    {
        result = file.Write(ref buffer);
        if (result.IsError && result.Error != Errno.EAGAIN)
        {
            BrokenPipe.Signal(task, result);
            if (Done > 0)
                result = Done;
            return true;
        }
        if (buffer.Remaining > 0 && !buffer.Faulted)
            return false;
        result = Done > 0 ? Done : Errno.EFAULT;
        return true;
    }

    public SysResult Interrupted(KernelTask task, SysResult result) => Done > 0 ? Done : result;
}
