using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Syscalls;

/// <summary>The wait of poll(2).</summary>
internal sealed class PollOperation(PollFd[] watched, OpenFileDescription?[] files, UserAddress entries, RemainingTime remaining)
    : ITimedOperation, IInterruptibleOperation
{
    private const PollEvents AlwaysReported = PollEvents.POLLERR | PollEvents.POLLHUP | PollEvents.POLLNVAL;

    public bool Try(KernelTask task, out SysResult result)
    {
        int ready = 0;
        for (int i = 0; i < watched.Length; i++)
        {
            var interest = (PollEvents)(ushort)watched[i].Events;
            PollEvents found = watched[i].Fd < 0 ? 0
                : files[i] is { } file ? PollSet.Ask(file, interest) & (interest | AlwaysReported)
                : PollEvents.POLLNVAL;
            watched[i].Returned = (short)found;
            ready += found != 0 ? 1 : 0;
        }
        result = ready;
        return ready > 0 && Deliver(task, ref result);
    }

    public SysResult TimedOut(KernelTask task)
    {
        SysResult result = 0;
        Deliver(task, ref result);
        return result;
    }

    public SysResult Interrupted(KernelTask task, SysResult result) => remaining.Interrupted(task, result);

    private bool Deliver(KernelTask task, ref SysResult result)
    {
        remaining.Write(task);
        for (int i = 0; i < watched.Length; i++)
        {
            if (!task.Memory.TryWrite(entries + ((ulong)i * 8) + 6, watched[i].Returned))
                result = Errno.EFAULT;
        }
        return true;
    }
}
