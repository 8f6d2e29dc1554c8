using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Tasks;
using Zonix.Machine;

namespace Zonix.Lx.Syscalls;

/// <summary>Starting and ending tasks. clone(2), exit(2).</summary>
internal static class Threads
{
    private const CloneFlags ThreadFlags =
        CloneFlags.CLONE_VM | CloneFlags.CLONE_SIGHAND | CloneFlags.CLONE_THREAD;

    private const CloneFlags SupportedFlags =
        ThreadFlags | CloneFlags.CLONE_FS | CloneFlags.CLONE_FILES | CloneFlags.CLONE_SYSVSEM | CloneFlags.CLONE_SETTLS |
        CloneFlags.CLONE_PARENT_SETTID | CloneFlags.CLONE_CHILD_CLEARTID | CloneFlags.CLONE_CHILD_SETTID |
        CloneFlags.CLONE_DETACHED | CloneFlags.CLONE_UNTRACED | CloneFlags.CLONE_IO | CloneFlags.CLONE_PTRACE;

    private const int Clone3MinSize = 64;
    private const int Clone3MaxSize = 88;
    private const int PageSize = 4096;

    /// <summary>Starts a thread. clone(2).</summary>
    [Syscall(X64 = 56, Support = Support.Partial, Missing = "processes and namespaces: only threads (CLONE_VM, CLONE_SIGHAND and CLONE_THREAD)")]
    internal static SysResult Clone(
        KernelTask task, CloneFlags flags, UserAddress stack, UserPointer<int> parentTid, UserPointer<int> childTid, ulong tls) =>
        // The low byte is the signal that the parent gets at the end of a process.
        Start(task, new CloneRequest(flags & ~(CloneFlags)0xFF, stack.Value, parentTid, childTid, tls));

    /// <summary>Starts a thread, arguments in a structure. clone3(2).</summary>
    [Syscall(X64 = 435, Support = Support.Partial, Missing = "processes, namespaces, pidfds, set_tid: only threads")]
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

        var stack = BitConverter.ToUInt64(raw[40..]);
        var stackSize = BitConverter.ToUInt64(raw[48..]);
        if ((stack == 0) != (stackSize == 0) || BitConverter.ToUInt64(raw[32..]) > (ulong)Signal.SIGRTMAX)
        {
            return Errno.EINVAL;
        }

        return Start(task, new CloneRequest(
            (CloneFlags)BitConverter.ToUInt64(raw),
            stack + stackSize,
            new UserPointer<int>(BitConverter.ToUInt64(raw[24..])),
            new UserPointer<int>(BitConverter.ToUInt64(raw[16..])),
            BitConverter.ToUInt64(raw[56..])));
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
    [Syscall(X64 = 273)]
    internal static SysResult SetRobustList(KernelTask task, UserAddress head, nuint length)
    {
        const int headSize = 24;
        if (length != headSize)
        {
            return Errno.EINVAL;
        }

        LxTask.Of(task).RobustList = head;
        return SysResult.Success;
    }

    /// <summary>Reads what set_robust_list set. get_robust_list(2).</summary>
    [Syscall(X64 = 274)]
    internal static SysResult GetRobustList(KernelTask task, Tid tid, UserPointer<ulong> head, UserPointer<ulong> length)
    {
        const ulong headSize = 24;
        var target = tid.Value == 0 ? task : task.Machine.Tasks[tid];
        if (target is null)
        {
            return Errno.ESRCH;
        }

        return task.Memory.TryWrite(length, headSize) && task.Memory.TryWrite(head, LxTask.Of(target).RobustList.Value)
            ? SysResult.Success
            : Errno.EFAULT;
    }

    private static SysResult Start(KernelTask task, in CloneRequest request)
    {
        if ((request.Flags & CloneFlags.CLONE_THREAD) == 0)
        {
            // A process of its own: not there yet. The summary lists it as what it is.
            task.Machine.MissingCalls.Count("clone without CLONE_THREAD");
            return Errno.ENOSYS;
        }

        if ((request.Flags & ThreadFlags) != ThreadFlags)
        {
            return Errno.EINVAL;
        }

        if ((request.Flags & ~SupportedFlags) != 0)
        {
            return Errno.EINVAL;
        }

        return Begin(task, request);
    }

    private static SysResult Begin(KernelTask task, in CloneRequest request)
    {
        var cpu = new CpuContext(task.Cpu.Window);
        cpu.CopyStateFrom(task.Cpu);
        ref var registers = ref cpu.Registers;
        registers.Rax = 0;
        if (request.StackTop != 0)
        {
            registers.Rsp = request.StackTop;
        }

        if ((request.Flags & CloneFlags.CLONE_SETTLS) != 0)
        {
            registers.FsBase = request.Tls;
        }

        var child = task.Machine.CreateTask(task.Process, cpu);
        child.Files = (request.Flags & CloneFlags.CLONE_FILES) != 0 ? task.Files.Share() : task.Files.Clone();
        child.FileSystem = (request.Flags & CloneFlags.CLONE_FS) != 0 ? task.FileSystem : task.FileSystem.Clone();
        child.Credentials = task.Credentials;
        child.Name = task.Name;
        child.AffinityMask = task.AffinityMask;
        child.Scheduling = task.Scheduling;
        child.Signals.InheritMask(task.Signals);
        var state = LxTask.Attach(child);
        state.Personality = LxTask.Of(task).Personality;
        if ((request.Flags & CloneFlags.CLONE_CHILD_CLEARTID) != 0)
        {
            state.ClearChildTid = request.ChildTid;
        }

        // clone(2) ignores errors of these two stores.
        if ((request.Flags & CloneFlags.CLONE_PARENT_SETTID) != 0)
        {
            task.Memory.TryWrite(request.ParentTid, child.Tid.Value);
        }

        if ((request.Flags & CloneFlags.CLONE_CHILD_SETTID) != 0)
        {
            task.Memory.TryWrite(request.ChildTid, child.Tid.Value);
        }

        child.Start();
        return child.Tid;
    }
}
