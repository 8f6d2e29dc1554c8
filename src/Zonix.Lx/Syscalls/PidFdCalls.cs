using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Events;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Vfs.Synthetic;
using Zonix.Lx.Proc;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Descriptors of processes. pidfd_open(2), pidfd_send_signal(2), pidfd_getfd(2).</summary>
internal static class PidFdCalls
{
    private const uint PIDFD_NONBLOCK = (uint)OpenFlags.O_NONBLOCK;
    private const uint PIDFD_SIGNAL_THREAD_GROUP = 2, PIDFD_SIGNAL_PROCESS_GROUP = 4;

    // ioctl(2): _IOWR(0xFF, 11, struct pidfd_info).
    private const uint InfoRequest = 0xC000_FF0B, RequestSizeMask = 0x3FFF_0000;
    private const int InfoSize = 64, RequestSizeShift = 16;
    private const ulong PIDFD_INFO_PID = 1, PIDFD_INFO_CREDS = 2, PIDFD_INFO_EXIT = 8;

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

    /// <summary>Sends a signal to the process of a descriptor, or to its group. A directory of /proc serves, too. pidfd_send_signal(2).</summary>
    [Syscall(X64 = 424, I386 = 424, Support = Support.Partial, Missing = "PIDFD_SIGNAL_THREAD")]
    internal static SysResult PidfdSendSignal(KernelTask task, Fd pidfd, Signal signal, UserPointer<SigInfo> info, uint flags)
    {
        if (flags is not (0 or PIDFD_SIGNAL_THREAD_GROUP or PIDFD_SIGNAL_PROCESS_GROUP))
        {
            return Errno.EINVAL;
        }

        if ((Find(task, pidfd) ?? FindInProc(task, pidfd)) is not { } process)
        {
            return Errno.EBADF;
        }

        var sent = SigInfo.FromSender((int)signal, SigCode.SI_USER, task.Process.Pid.Value, task.Credentials.Uid);
        if (!info.IsNull)
        {
            if (!task.TryRead(info, out sent))
            {
                return Errno.EFAULT;
            }

            if (sent.Signo != (int)signal)
            {
                return Errno.EINVAL;
            }

            if (!ReferenceEquals(process, task.Process) && (sent.Code is >= 0 or SigCode.SI_TKILL))
            {
                return Errno.EPERM;
            }
        }

        if ((uint)signal > (uint)Signal.SIGRTMAX)
        {
            return Errno.EINVAL;
        }

        if (process.IsReaped)
        {
            return Errno.ESRCH;
        }

        return flags == PIDFD_SIGNAL_PROCESS_GROUP
            ? SignalSends.SendToGroup(task, process.GroupId, sent)
            : SignalSends.SendTo(task, process, sent);
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

        if (!PtraceAccess.IsAllowed(task, main))
        {
            return Errno.EPERM;
        }

        return main.Files?.Acquire(target) is { } file ? DescriptorCalls.Install(task, file, cloexec: true) : Errno.EBADF;
    }

    /// <summary>The process of a descriptor; null if it is none.</summary>
    internal static Process? Find(KernelTask task, Fd pidfd) => (task.Files[pidfd]?.File as PidFile)?.Process;

    /// <summary>What pidfds understand of ioctl(2): PIDFD_GET_INFO. ENOTTY, EINVAL, ESRCH, EFAULT.</summary>
    internal static SysResult Control(KernelTask task, PidFile file, uint request, UserAddress argument)
    {
        const int exitCodeAt = 60;
        if ((request & ~RequestSizeMask) != InfoRequest)
        {
            return Errno.ENOTTY;
        }

        if (argument.IsNull || (request & RequestSizeMask) >> RequestSizeShift < InfoSize)
        {
            return Errno.EINVAL;
        }

        if (!task.Memory.TryRead(argument, out ulong wanted))
        {
            return Errno.EFAULT;
        }

        Process process = file.Process;
        Span<byte> info = stackalloc byte[InfoSize];
        info.Clear();
        ulong known = 0;
        if (process.IsReaped)
        {
            if ((wanted & PIDFD_INFO_EXIT) == 0)
            {
                return Errno.ESRCH;
            }

            known = PIDFD_INFO_EXIT;
            BitConverter.TryWriteBytes(info[exitCodeAt..], process.WaitStatus);
        }
        else
        {
            known = PIDFD_INFO_PID | PIDFD_INFO_CREDS;
            Credentials who = process.MainTask?.Credentials ?? process.LastCredentials;
            ReadOnlySpan<uint> numbers =
            [
                (uint)process.Pid.Value, (uint)process.Pid.Value, (uint)(process.Parent?.Pid.Value ?? 0),
                who.Uid, who.Gid, who.EffectiveUid, who.EffectiveGid, who.SavedUid, who.SavedGid, who.FsUid, who.FsGid,
            ];
            for (var i = 0; i < numbers.Length; i++)
            {
                BitConverter.TryWriteBytes(info[((2 * sizeof(ulong)) + (i * sizeof(uint)))..], numbers[i]);
            }
        }

        BitConverter.TryWriteBytes(info, known);
        return task.Memory.CopyOut(argument, info) == InfoSize ? SysResult.Success : Errno.EFAULT;
    }

    private static Process? FindInProc(KernelTask task, Fd fd) =>
        task.Files[fd] is { IsPath: false, File.Inode: SyntheticDirectory { Entries: ProcessEntries { IsProcess: true, Process: var process } } } ? process : null;

    /// <summary>Makes the descriptor, which is always closed by execve(2).</summary>
    internal static SysResult Install(KernelTask task, Process process, uint flags) => EventCalls.Install(
        task, new PidFile(EventCalls.CreateInode(task), process), "anon_inode:[pidfd]",
        OpenFlags.O_RDWR | OpenFlags.O_CLOEXEC | (OpenFlags)flags);
}
