using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Syscalls;

/// <summary>A write that waits until all is taken. Interrupted, it answers what was. pipe(7).</summary>
internal sealed class WriteOperation(OpenFileDescription file, UserBuffer buffer, long done) : IInterruptibleOperation
{
    private UserBuffer buffer = buffer;
    private long done = done;

    public bool Try(KernelTask task, out SysResult result)
    {
        result = file.Write(ref buffer);
        if (result.IsError && result.Error != Errno.EAGAIN)
        {
            BrokenPipe.Signal(task, result);
            if (done > 0)
                result = done;
            return true;
        }
        if (!result.IsError)
            done += result.Value;
        if (buffer.Remaining > 0 && !buffer.Faulted)
            return false;
        result = done > 0 ? done : Errno.EFAULT;
        return true;
    }

    public SysResult Interrupted(KernelTask task, SysResult result) => done > 0 ? done : result;
}
