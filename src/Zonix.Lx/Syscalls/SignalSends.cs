using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Sending signals. kill(2), tgkill(2), rt_sigqueueinfo(2).</summary>
internal static class SignalSends
{
    private const int CAP_KILL = 5;

    /// <summary>Sends a signal to a process, a group, or all. kill(2).</summary>
    [Syscall(X64 = 62, I386 = 37)]
    internal static SysResult Kill(KernelTask task, Pid pid, Signal signal)
    {
        if ((uint)signal > (uint)Signal.SIGRTMAX)
        {
            return Errno.EINVAL;
        }

        var info = SigInfo.FromSender((int)signal, SigCode.SI_USER, task.Process.Pid.Value, task.Credentials.Uid);
        if (pid.Value > 0)
        {
            return Find(task, pid) is { } process ? SendTo(task, process, info) : Errno.ESRCH;
        }

        if (pid.Value == int.MinValue)
        {
            return Errno.ESRCH;
        }

        return SendToMany(task, pid, info);
    }

    /// <summary>Sends a signal to a thread. tkill(2).</summary>
    [Syscall(X64 = 200, I386 = 238)]
    internal static SysResult Tkill(KernelTask task, Tid tid, Signal signal) =>
        tid.Value <= 0 ? Errno.EINVAL : SendToTask(task, null, tid, TkillInfo(task, signal));

    /// <summary>Sends a signal to a thread of a given process. tgkill(2).</summary>
    [Syscall(X64 = 234, I386 = 270)]
    internal static SysResult Tgkill(KernelTask task, Pid tgid, Tid tid, Signal signal) =>
        tid.Value <= 0 || tgid.Value <= 0 ? Errno.EINVAL : SendToTask(task, tgid, tid, TkillInfo(task, signal));

    /// <summary>Sends a signal with a value to a process. rt_sigqueueinfo(2).</summary>
    [Syscall(X64 = 129, I386 = 178)]
    internal static SysResult RtSigqueueinfo(KernelTask task, Pid tgid, Signal signal, UserPointer<SigInfo> uinfo)
    {
        if (!task.TryRead(uinfo, out var info))
        {
            return Errno.EFAULT;
        }

        info.Signo = (int)signal;
        if (IsForged(info) && tgid != task.Process.Pid)
        {
            return Errno.EPERM;
        }

        if ((uint)signal > (uint)Signal.SIGRTMAX)
        {
            return Errno.EINVAL;
        }

        return Find(task, tgid) is { } process ? SendTo(task, process, info) : Errno.ESRCH;
    }

    /// <summary>The process of a number; that of a thread stands for its process. kill(2).</summary>
    private static Process? Find(KernelTask task, Pid pid) =>
        task.Process.Pids.Processes[pid] ?? task.Process.Pids.Tasks[new Tid(pid.Value)]?.Process;

    /// <summary>Sends a signal with a value to a thread. rt_tgsigqueueinfo(2).</summary>
    [Syscall(X64 = 297, I386 = 335)]
    internal static SysResult RtTgsigqueueinfo(KernelTask task, Pid tgid, Tid tid, Signal signal, UserPointer<SigInfo> uinfo)
    {
        if (tgid.Value <= 0 || tid.Value <= 0)
        {
            return Errno.EINVAL;
        }

        if (!task.TryRead(uinfo, out var info))
        {
            return Errno.EFAULT;
        }

        info.Signo = (int)signal;
        return IsForged(info) && tid != task.Tid ? Errno.EPERM : SendToTask(task, tgid, tid, info);
    }

    private static SigInfo TkillInfo(KernelTask task, Signal signal) =>
        SigInfo.FromSender((int)signal, SigCode.SI_TKILL, task.Process.Pid.Value, task.Credentials.Uid);

    /// <summary>rt_sigqueueinfo(2): a guest may not pretend that the kernel or kill(2) sent the signal.</summary>
    private static bool IsForged(in SigInfo info) => info.Code is >= 0 or SigCode.SI_TKILL;

    private static SysResult SendToTask(KernelTask task, Pid? tgid, Tid tid, in SigInfo info)
    {
        if ((uint)info.Signo > (uint)Signal.SIGRTMAX)
        {
            return Errno.EINVAL;
        }

        if (Scheduling.Find(task, tid) is not { } target || (tgid is { } group && target.Process.Pid != group))
        {
            return Errno.ESRCH;
        }

        if (!MaySend(task, target, info.Signo))
        {
            return Errno.EPERM;
        }

        return info.Signo != 0 && SignalSending.Send(target, info) == SendOutcome.NoRoom ? Errno.EAGAIN : SysResult.Success;
    }

    internal static SysResult SendTo(KernelTask task, Process process, in SigInfo info)
    {
        if (process.MainTask is { } main && !MaySend(task, main, info.Signo))
        {
            return Errno.EPERM;
        }

        return info.Signo != 0 && SignalSending.Send(process, info) == SendOutcome.NoRoom ? Errno.EAGAIN : SysResult.Success;
    }

    /// <summary>Sends a signal to all of a group.</summary>
    internal static SysResult SendToGroup(KernelTask task, Pid group, in SigInfo info) => SendToMany(task, new Pid(-group.Value), info);

    private static SysResult SendToMany(KernelTask task, Pid pid, in SigInfo info)
    {
        var pids = task.Process.Pids;
        lock (pids.TreeGate)
        {
            if (pid.Value == -1)
            {
                return SendToAll(task, info);
            }

            var group = pid.Value == 0 ? task.Process.Group : pids.Group(new Pid(-pid.Value));
            if (group is null)
            {
                return Errno.ESRCH;
            }

            var sent = false;
            foreach (var process in group.Members.ToArray())
            {
                sent |= !SendTo(task, process, info).IsError;
            }

            return sent ? SysResult.Success : Errno.EPERM;
        }
    }

    /// <summary>kill(2), pid -1: everybody but init and the caller.</summary>
    private static SysResult SendToAll(KernelTask task, in SigInfo info)
    {
        var found = false;
        var sent = false;
        foreach (var process in task.Process.Pids.Processes.Snapshot())
        {
            if (!ReferenceEquals(process, task.Process.Pids.Init) && !ReferenceEquals(process, task.Process))
            {
                found = true;
                sent |= !SendTo(task, process, info).IsError;
            }
        }

        return sent ? SysResult.Success : found ? Errno.EPERM : Errno.ESRCH;
    }

    private static bool MaySend(KernelTask sender, KernelTask target, int signo)
    {
        var from = sender.Credentials;
        var to = target.Credentials;
        return ReferenceEquals(sender.Process, target.Process) ||
            from.Has(CAP_KILL) ||
            from.EffectiveUid == to.SavedUid || from.EffectiveUid == to.Uid ||
            from.Uid == to.SavedUid || from.Uid == to.Uid ||
            (signo == (int)Signal.SIGCONT && sender.Process.SessionId == target.Process.SessionId);
    }
}
