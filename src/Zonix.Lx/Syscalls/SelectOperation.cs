using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Syscalls;

/// <summary>The wait of select(2).</summary>
internal sealed class SelectOperation(
    SelectSets sets, OpenFileDescription?[] files, UserAddress readSet, UserAddress writeSet, UserAddress exceptSet,
    RemainingTime remaining) : ITimedOperation, IInterruptibleOperation
{
    public bool Try(KernelTask task, out SysResult result)
    {
        sets.Clear();
        int bits = 0;
        for (int fd = 0; fd < files.Length; fd++)
        {
            if (files[fd] is { } file)
                bits += sets.Note(fd, PollSet.Ask(file, sets.Interest(fd)));
        }
        result = bits;
        if (bits == 0)
            return false;
        if (!sets.Write(task, readSet, writeSet, exceptSet))
            result = Errno.EFAULT;
        remaining.Write(task);
        return true;
    }

    public SysResult TimedOut(KernelTask task)
    {
        sets.Clear();
        remaining.Write(task);
        return sets.Write(task, readSet, writeSet, exceptSet) ? 0 : Errno.EFAULT;
    }

    public SysResult Interrupted(KernelTask task, SysResult result) => remaining.Interrupted(task, result);
}
