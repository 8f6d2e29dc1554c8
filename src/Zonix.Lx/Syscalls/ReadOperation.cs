using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Syscalls;

/// <summary>A read that waits until there is something. A task has one, which it uses again.</summary>
internal sealed class ReadOperation : ITimedOperation
{
    private OpenFileDescription? file;
    private UserBuffer buffer;

    public ReadOperation For(OpenFileDescription from, in UserBuffer into)
    {
        file = from;
        buffer = into;
        return this;
    }

    public bool Try(KernelTask task, out SysResult result)
    {
        result = file!.Read(ref buffer);
        if (result.Raw == -(long)Errno.EAGAIN)
            return false;
        task.Io.CountRead(result);
        file = null;
        return true;
    }

    public SysResult TimedOut(KernelTask task) => Errno.EAGAIN;
}
