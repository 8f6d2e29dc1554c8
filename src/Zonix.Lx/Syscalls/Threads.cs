using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Groups;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Tasks;
using Zonix.Machine;

namespace Zonix.Lx.Syscalls;

/// <summary>Starting and ending tasks. clone(2), exit(2).</summary>
internal static class Threads
{
    private const CloneFlags ExitSignalMask = (CloneFlags)0xFF;
    private const int Clone3MinSize = 64;
    private const int Clone3SetTidEnd = 80;
    private const int Clone3MaxSize = 88;
    private const int PageSize = 4096;

    /// <summary>Makes a process with a copy of the caller's memory. fork(2).</summary>
    [Syscall(X64 = 57, I386 = 2)]
    internal static SysResult Fork(KernelTask task) =>
        Cloning.Start(task, new CloneRequest(0, 0, default, default, 0) { ExitSignal = (int)Signal.SIGCHLD });

    /// <summary>Makes a process that borrows the caller's memory until it executes a program or ends; the caller waits. vfork(2).</summary>
    [Syscall(X64 = 58, I386 = 190)]
    internal static SysResult Vfork(KernelTask task) =>
        Cloning.Start(task, new CloneRequest(CloneFlags.CLONE_VFORK | CloneFlags.CLONE_VM, 0, default, default, 0) { ExitSignal = (int)Signal.SIGCHLD });

    /// <summary>Makes a thread or a process. clone(2).</summary>
    [Syscall(X64 = 56, Support = Support.Partial, Missing = "namespaces but UTS, IPC and control groups")]
    internal static SysResult Clone(
        KernelTask task, CloneFlags flags, UserAddress stack, UserPointer<int> parentTid, UserPointer<int> childTid, ulong tls)
    {
        if ((flags & (CloneFlags.CLONE_PIDFD | CloneFlags.CLONE_PARENT_SETTID)) == (CloneFlags.CLONE_PIDFD | CloneFlags.CLONE_PARENT_SETTID))
        {
            return Errno.EINVAL;
        }

        // The low byte is the signal that the parent gets at the end of a process; the upper half is clone3's.
        var known = (CloneFlags)(uint)flags & ~ExitSignalMask;
        return Cloning.Start(task, new CloneRequest(known, stack.Value, parentTid, childTid, tls)
        {
            ExitSignal = (int)(flags & ExitSignalMask),
            PidFd = parentTid,
        });
    }

    /// <summary>clone(2) of i386: its last two arguments are the other way round, and the segment of the thread is a user_desc.</summary>
    [Syscall(I386 = 120, Name = "clone", Support = Support.Partial, Missing = "namespaces but UTS, IPC and control groups")]
    internal static SysResult CloneBackwards(
        KernelTask task, CloneFlags flags, UserAddress stack, UserPointer<int> parentTid, ulong tls, UserPointer<int> childTid) =>
        Clone(task, flags, stack, parentTid, childTid, tls);

    /// <summary>Makes a thread or a process, arguments in a structure. clone3(2).</summary>
    [Syscall(X64 = 435, I386 = 435, Support = Support.Partial, Missing = "namespaces but UTS, IPC and control groups")]
    internal static SysResult Clone3(KernelTask task, UserAddress arguments, nuint size)
    {
        if (size > PageSize)
        {
            return Errno.E2BIG;
        }

        if (size < Clone3MinSize)
        {
            return Errno.EINVAL;
        }

        Span<byte> raw = stackalloc byte[PageSize];
        raw = raw[..(int)size];
        if (task.Memory.CopyIn(arguments, raw) != size)
        {
            return Errno.EFAULT;
        }

        if (raw.Length > Clone3MaxSize && raw[Clone3MaxSize..].ContainsAnyExcept((byte)0))
        {
            return Errno.E2BIG;
        }

        var flags = (CloneFlags)BitConverter.ToUInt64(raw);
        var exitSignal = BitConverter.ToUInt64(raw[32..]);
        var stack = BitConverter.ToUInt64(raw[40..]);
        var stackSize = BitConverter.ToUInt64(raw[48..]);
        var hasNoParentSignal = (flags & (CloneFlags.CLONE_THREAD | CloneFlags.CLONE_PARENT)) != 0;
        if ((stack == 0) != (stackSize == 0) || exitSignal > (ulong)Signal.SIGRTMAX || (hasNoParentSignal && exitSignal != 0) ||
            (flags & (ExitSignalMask | CloneFlags.CLONE_DETACHED)) != 0)
        {
            return Errno.EINVAL;
        }

        var error = ReadNumber(task, raw, out var number);
        if (error != 0)
        {
            return error;
        }

        error = ReadGroup(task, raw, flags, out var group);
        if (error != 0)
        {
            return error;
        }

        return Cloning.Start(task, new CloneRequest(
            flags,
            stack + stackSize,
            new UserPointer<int>(BitConverter.ToUInt64(raw[24..])),
            new UserPointer<int>(BitConverter.ToUInt64(raw[16..])),
            BitConverter.ToUInt64(raw[56..]))
        {
            ExitSignal = (int)exitSignal,
            Number = number,
            Group = group,
            PidFd = new UserPointer<int>(BitConverter.ToUInt64(raw[8..])),
        });
    }

    /// <summary>clone3(2), set_tid: the number in each PID namespace from the innermost out; here there is one.</summary>
    private static Errno ReadNumber(KernelTask task, ReadOnlySpan<byte> arguments, out int number)
    {
        const int CAP_SYS_ADMIN = 21, CAP_CHECKPOINT_RESTORE = 40;
        number = 0;
        if (arguments.Length < Clone3SetTidEnd)
        {
            return 0;
        }

        var place = new UserPointer<int>(BitConverter.ToUInt64(arguments[64..]));
        var count = BitConverter.ToUInt64(arguments[72..]);
        if (count > 1 || place.IsNull != (count == 0))
        {
            return Errno.EINVAL;
        }

        if (count == 0)
        {
            return 0;
        }

        if (!task.Memory.TryRead(place, out number))
        {
            return Errno.EFAULT;
        }

        if (number < 1 || number >= task.Process.Pids.PidMax)
        {
            return Errno.EINVAL;
        }

        return task.Credentials.Has(CAP_SYS_ADMIN) || task.Credentials.Has(CAP_CHECKPOINT_RESTORE) ? 0 : Errno.EPERM;
    }

    /// <summary>clone3(2), cgroup: the directory of the control group that the new process starts in.</summary>
    private static Errno ReadGroup(KernelTask task, ReadOnlySpan<byte> arguments, CloneFlags flags, out ControlGroup? group)
    {
        group = null;
        if ((flags & CloneFlags.CLONE_INTO_CGROUP) == 0)
        {
            return 0;
        }

        if (arguments.Length < Clone3MaxSize || BitConverter.ToUInt64(arguments[Clone3SetTidEnd..]) > int.MaxValue)
        {
            return Errno.EINVAL;
        }

        return Cgroup.Migration.FindTarget(task, new Fd((int)BitConverter.ToUInt64(arguments[Clone3SetTidEnd..])), out group);
    }

    /// <summary>Ends the calling thread. exit(2).</summary>
    [Syscall(X64 = 60, I386 = 1)]
    internal static SysResult Exit(KernelTask task, int status)
    {
        var state = LxTask.Of(task);
        state.ExitStatus = (status & 0xFF) << 8;
        state.IsExiting = true;
        return SysResult.NoReturn;
    }

    /// <summary>Ends all threads of the process. exit_group(2).</summary>
    [Syscall(X64 = 231, I386 = 252)]
    internal static SysResult ExitGroup(KernelTask task, int status)
    {
        task.Process.BeginExit((status & 0xFF) << 8);
        return SysResult.NoReturn;
    }

    /// <summary>Where the thread number is cleared at the thread's end. set_tid_address(2).</summary>
    [Syscall(X64 = 218, I386 = 258)]
    internal static SysResult SetTidAddress(KernelTask task, UserPointer<int> tidptr)
    {
        LxTask.Of(task).ClearChildTid = tidptr;
        return task.Tid;
    }

    /// <summary>Where the robust futexes of the thread are listed. set_robust_list(2).</summary>
    [Syscall(X64 = 273, I386 = 311)]
    internal static SysResult SetRobustList(KernelTask task, UserAddress head, nuint length)
    {
        if (length != (nuint)RobustListHead.SizeOf(task.CallAbi))
        {
            return Errno.EINVAL;
        }

        LxTask.Of(task).RobustList = head;
        return SysResult.Success;
    }

    /// <summary>Reads what set_robust_list set. get_robust_list(2).</summary>
    [Syscall(X64 = 274, I386 = 312)]
    internal static SysResult GetRobustList(KernelTask task, Tid tid, UserPointer<GuestWord> head, UserPointer<GuestWord> length)
    {
        var target = tid.Value == 0 ? task : task.Process.Pids.Tasks[tid];
        if (target is null)
        {
            return Errno.ESRCH;
        }

        if (!PtraceAccess.IsAllowed(task, target))
        {
            return Errno.EPERM;
        }

        return task.TryWrite(length, new GuestWord((ulong)RobustListHead.SizeOf(task.CallAbi))) &&
            task.TryWrite(head, new GuestWord(LxTask.Of(target).RobustList.Value))
            ? SysResult.Success
            : Errno.EFAULT;
    }
}
