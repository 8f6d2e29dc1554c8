using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Numbers of processes, groups and sessions. credentials(7).</summary>
internal static class Identity
{
    /// <summary>The process's number. getpid(2).</summary>
    [Syscall(X64 = 39, I386 = 20, Plain = true)]
    internal static SysResult Getpid(KernelTask task) => task.Process.Pid;

    /// <summary>The thread's number. gettid(2).</summary>
    [Syscall(X64 = 186, I386 = 224, Plain = true)]
    internal static SysResult Gettid(KernelTask task) => task.Tid;

    /// <summary>The parent's number; 0 where it is outside the zone. getppid(2).</summary>
    [Syscall(X64 = 110, I386 = 64, Plain = true)]
    internal static SysResult Getppid(KernelTask task) => task.Process.Parent?.Pid.Value ?? 0;

    /// <summary>The caller's process group. getpgrp(2).</summary>
    [Syscall(X64 = 111, I386 = 65, Plain = true)]
    internal static SysResult Getpgrp(KernelTask task) => task.Process.GroupId;

    /// <summary>A process's group. getpgid(2).</summary>
    [Syscall(X64 = 121, I386 = 132)]
    internal static SysResult Getpgid(KernelTask task, Pid pid) =>
        Find(task, pid) is { } process ? process.GroupId : Errno.ESRCH;

    /// <summary>A process's session. getsid(2).</summary>
    [Syscall(X64 = 124, I386 = 147)]
    internal static SysResult Getsid(KernelTask task, Pid pid) =>
        Find(task, pid) is { } process ? process.SessionId : Errno.ESRCH;

    /// <summary>Moves a process to a group of its session. setpgid(2).</summary>
    [Syscall(X64 = 109, I386 = 57)]
    internal static SysResult Setpgid(KernelTask task, Pid pid, Pid pgid)
    {
        if (pgid.Value < 0)
        {
            return Errno.EINVAL;
        }

        var pids = task.Process.Pids;
        lock (pids.TreeGate)
        {
            var process = Find(task, pid);
            if (process is null || process.HasEnded || (process != task.Process && process.Parent != task.Process))
            {
                return Errno.ESRCH;
            }

            if (process.SessionId != task.Process.SessionId)
            {
                return Errno.EPERM;
            }

            if (process != task.Process && process.HasExecuted)
            {
                return Errno.EACCES;
            }

            var group = pgid.Value == 0 ? process.Pid : pgid;
            var isForeign = group != process.Pid && pids.Group(group)?.Session != task.Process.SessionId;
            if (process.SessionId == process.Pid || isForeign)
            {
                return Errno.EPERM;
            }

            if (process.GroupId != group)
            {
                process.MoveToGroup(group, process.SessionId);
            }
        }

        return SysResult.Success;
    }

    /// <summary>Makes the caller the leader of a new session. setsid(2).</summary>
    [Syscall(X64 = 112, I386 = 66)]
    internal static SysResult Setsid(KernelTask task)
    {
        var process = task.Process;
        lock (process.Pids.TreeGate)
        {
            if (process.Pids.Group(process.Pid) is not null)
            {
                return Errno.EPERM;
            }

            process.BeginSession();
        }

        return process.Pid;
    }

    private static Process? Find(KernelTask task, Pid pid) => pid.Value == 0 ? task.Process : task.Process.Pids.Processes[pid];
}
