using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Syscalls;

/// <summary>A write that waits until all is taken. Interrupted, it answers what was. pipe(7). A task has one, which it uses again.</summary>
internal sealed class WriteOperation : IInterruptibleOperation, ITimedOperation
{
    private OpenFileDescription? file;
    private UserBuffer buffer;
    private long done;

    public WriteOperation For(OpenFileDescription to, in UserBuffer from, long alreadyDone)
    {
        file = to;
        buffer = from;
        done = alreadyDone;
        return this;
    }

    public bool Try(KernelTask task, out SysResult result)
    {
        result = file!.Write(ref buffer);
        if (result.IsError && result.Error != Errno.EAGAIN)
        {
            BrokenPipe.Signal(task, result, file);
            return Finish(task, done > 0 ? done : result, out result);
        }
        if (!result.IsError)
            done += result.Value;
        if (buffer.Remaining > 0 && !buffer.Faulted)
            return false;
        return Finish(task, done > 0 ? done : Errno.EFAULT, out result);
    }

    public SysResult TimedOut(KernelTask task) => done > 0 ? done : Errno.EAGAIN;

    public SysResult Interrupted(KernelTask task, SysResult result) => done > 0 ? done : result;

    private bool Finish(KernelTask task, SysResult answer, out SysResult result)
    {
        task.Io.CountWrite(answer);
        file = null;
        result = answer;
        return true;
    }
}
