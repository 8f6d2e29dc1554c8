using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Events;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs.Synthetic;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Syscalls;

/// <summary>Descriptors of processes. pidfd_open(2), pidfd_send_signal(2), pidfd_getfd(2).</summary>
internal static class PidFdCalls
{
    private const uint PIDFD_NONBLOCK = (uint)OpenFlags.O_NONBLOCK;
    private const int CAP_SYS_PTRACE = 19;

    /// <summary>Makes a descriptor of a process. pidfd_open(2).</summary>
    [Syscall(X64 = 434, I386 = 434, Support = Support.Partial, Missing = "PIDFD_THREAD")]
    internal static SysResult PidfdOpen(KernelTask task, Pid pid, uint flags)
    {
        if ((flags & ~PIDFD_NONBLOCK) != 0 || pid.Value <= 0)
        {
            return Errno.EINVAL;
        }

        if (task.Process.Pids.Processes[pid] is { } process)
        {
            return Install(task, process, flags);
        }

        // A thread that does not lead its process.
        return task.Process.Pids.Tasks[new Tid(pid.Value)] is null ? Errno.ESRCH : Errno.ENOENT;
    }

    /// <summary>Sends a signal to the process of a descriptor. pidfd_send_signal(2).</summary>
    [Syscall(X64 = 424, I386 = 424, Support = Support.Partial, Missing = "flags")]
    internal static SysResult PidfdSendSignal(KernelTask task, Fd pidfd, Signal signal, UserPointer<SigInfo> info, uint flags)
    {
        if (flags != 0)
        {
            return Errno.EINVAL;
        }

        // This call alone takes a descriptor of /proc/[pid] too.
        if ((Find(task, pidfd) ?? OfDirectory(task, pidfd)) is not { } process)
        {
            return Errno.EBADF;
        }

        var sent = SigInfo.FromSender((int)signal, SigCode.SI_USER, task.Process.Pid.Value, task.Credentials.Uid);
        if (!info.IsNull)
        {
            if (!task.Memory.TryRead(info, out sent))
            {
                return Errno.EFAULT;
            }

            if (sent.Signo != (int)signal)
            {
                return Errno.EINVAL;
            }

            if (!ReferenceEquals(process, task.Process) && sent.Code is >= 0 or SigCode.SI_TKILL)
            {
                return Errno.EPERM;
            }
        }

        if ((uint)signal > (uint)Signal.SIGRTMAX)
        {
            return Errno.EINVAL;
        }

        return process.IsReaped ? Errno.ESRCH : SignalSends.SendTo(task, process, sent);
    }

    /// <summary>Duplicates a descriptor of another process. pidfd_getfd(2).</summary>
    [Syscall(X64 = 438, I386 = 438)]
    internal static SysResult PidfdGetfd(KernelTask task, Fd pidfd, Fd target, uint flags)
    {
        if (flags != 0)
        {
            return Errno.EINVAL;
        }

        if (Find(task, pidfd) is not { } process)
        {
            return Errno.EBADF;
        }

        if (process.MainTask is not { } main)
        {
            return Errno.ESRCH;
        }

        Credentials mine = task.Credentials, other = main.Credentials;
        bool isSame = mine.Uid == other.EffectiveUid && mine.Uid == other.Uid && mine.Uid == other.SavedUid;
        if (!isSame && !mine.Has(CAP_SYS_PTRACE))
        {
            return Errno.EPERM;
        }

        return main.Files?.Acquire(target) is { } file ? DescriptorCalls.Install(task, file, cloexec: true) : Errno.EBADF;
    }

    /// <summary>The process of a descriptor; null if it is none.</summary>
    internal static Process? Find(KernelTask task, Fd pidfd) => (task.Files[pidfd]?.File as PidFile)?.Process;

    private static Process? OfDirectory(KernelTask task, Fd fd) =>
        task.Files[fd] is { IsPath: false, File.Inode: SyntheticDirectory { Subject: Process process } } ? process : null;

    /// <summary>Makes the descriptor, which is always closed by execve(2).</summary>
    internal static SysResult Install(KernelTask task, Process process, uint flags) => EventCalls.Install(
        task, new PidFile(EventCalls.CreateInode(task), process), "anon_inode:[pidfd]",
        OpenFlags.O_RDWR | OpenFlags.O_CLOEXEC | (OpenFlags)flags);
}
