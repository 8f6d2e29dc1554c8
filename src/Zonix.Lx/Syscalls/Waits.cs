using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Syscalls;

/// <summary>Waiting for children. wait(2).</summary>
internal static class Waits
{
    private const int WNOHANG = 1, WSTOPPED = 2, WEXITED = 4, WCONTINUED = 8, WNOWAIT = 0x0100_0000;
    private const int WNOTHREAD = 0x2000_0000, WALL = 0x4000_0000, WCLONE = unchecked((int)0x8000_0000);
    private const int P_ALL = 0, P_PID = 1, P_PGID = 2, P_PIDFD = 3;

    /// <summary>Waits for a child. wait4(2).</summary>
    [Syscall(X64 = 61, I386 = 114)]
    internal static SysResult Wait4(KernelTask task, Pid pid, UserPointer<int> status, int options, UserPointer<Rusage> usage)
    {
        const int known = WNOHANG | WSTOPPED | WCONTINUED | WNOTHREAD | WALL | WCLONE;
        if ((options & ~known) != 0)
        {
            return Errno.EINVAL;
        }

        if (pid.Value == int.MinValue)
        {
            return Errno.ESRCH;
        }

        Pid? child = pid.Value > 0 ? pid : null;
        Pid? group = pid.Value < -1 ? new Pid(-pid.Value) : pid.Value == 0 ? task.Process.GroupId : null;
        var operation = new WaitOperation(Selector(task, child, group, options | WEXITED), (options & WNOHANG) != 0)
        {
            Status = status,
            Usage = usage,
        };
        return task.Block(task.Process.ChildEvents, operation);
    }

    /// <summary>The same, of i386 programs. waitpid(2).</summary>
    [Syscall(I386 = 7)]
    internal static SysResult Waitpid(KernelTask task, Pid pid, UserPointer<int> status, int options) => Wait4(task, pid, status, options, default);

    /// <summary>Waits for a child, with a choice of events. waitid(2).</summary>
    [Syscall(X64 = 247, I386 = 284)]
    internal static SysResult Waitid(
        KernelTask task, int which, Pid pid, UserPointer<SigInfo> info, int options, UserPointer<Rusage> usage)
    {
        const int events = WEXITED | WSTOPPED | WCONTINUED;
        const int known = WNOHANG | events | WNOWAIT | WNOTHREAD | WALL | WCLONE;
        if ((options & ~known) != 0 || (options & events) == 0)
        {
            return Errno.EINVAL;
        }

        Pid? child = null;
        Pid? group = null;
        var isNonBlocking = false;
        switch (which)
        {
            case P_ALL:
                break;
            case P_PID when pid.Value > 0:
                child = pid;
                break;
            case P_PGID when pid.Value >= 0:
                group = pid.Value == 0 ? task.Process.GroupId : pid;
                break;
            case P_PIDFD when pid.Value >= 0:
                if (PidFdCalls.Find(task, new Fd(pid.Value)) is not { } process)
                {
                    return Errno.EBADF;
                }

                child = process.Pid;
                isNonBlocking = (task.Files[new Fd(pid.Value)]!.Flags & OpenFlags.O_NONBLOCK) != 0;
                break;
            default:
                return Errno.EINVAL;
        }

        var operation = new WaitOperation(Selector(task, child, group, options), (options & WNOHANG) != 0)
        {
            IsWaitid = true,
            FailsInsteadOfWaiting = isNonBlocking,
            Info = info,
            Usage = usage,
        };
        return task.Block(task.Process.ChildEvents, operation);
    }

    private static ChildSelector Selector(KernelTask task, Pid? child, Pid? group, int options) => new(
        child,
        group,
        (options & WEXITED) != 0,
        (options & WSTOPPED) != 0,
        (options & WCONTINUED) != 0,
        (options & WNOWAIT) != 0,
        (options & WCLONE) != 0,
        (options & WALL) != 0,
        (options & WNOTHREAD) != 0 ? task : null);
}
