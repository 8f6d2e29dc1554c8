using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Events;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>What a task stops sharing, and namespaces. unshare(2), setns(2), sethostname(2).</summary>
internal static class NamespaceCalls
{
    private const int CAP_SYS_ADMIN = 21, CAP_SYS_CHROOT = 18;

    private const CloneFlags Unshareable = NamespaceSet.AllKinds | CloneFlags.CLONE_THREAD | CloneFlags.CLONE_FS | CloneFlags.CLONE_SIGHAND |
        CloneFlags.CLONE_VM | CloneFlags.CLONE_FILES | CloneFlags.CLONE_SYSVSEM;

    /// <summary>Stops sharing with other tasks. unshare(2).</summary>
    [Syscall(X64 = 272, I386 = 310, Support = Support.Partial, Missing = "namespaces but mount, UTS, IPC and control groups")]
    internal static SysResult Unshare(KernelTask task, CloneFlags flags)
    {
        if ((flags & ~Unshareable) != 0)
            return Errno.EINVAL;
        const CloneFlags memory = CloneFlags.CLONE_THREAD | CloneFlags.CLONE_SIGHAND | CloneFlags.CLONE_VM;
        if ((flags & memory) != 0 && task.Process.Tasks.Count > 1)
            return Errno.EINVAL;
        if ((flags & CloneFlags.CLONE_VM) != 0 && task.Process.MemoryUsers.IsShared)
            return Errno.EINVAL;
        Errno error = CheckNew(task, flags);
        if (error != 0)
            return error;
        bool unsharesFiles = (flags & CloneFlags.CLONE_FILES) != 0 && task.Files.IsShared;
        if (unsharesFiles && task.Files.End > RoundedLimit(task))
            return Errno.EMFILE;
        if (unsharesFiles)
        {
            FileTable shared = task.Files;
            task.Files = shared.Clone();
            shared.Release();
        }

        if ((flags & (CloneFlags.CLONE_FS | CloneFlags.CLONE_NEWNS)) != 0)
        {
            FsContext shared = task.FileSystem;
            task.FileSystem = shared.Clone();
            shared.Release();
        }
        if ((flags & (CloneFlags.CLONE_SYSVSEM | CloneFlags.CLONE_NEWIPC)) != 0)
            LeaveSemaphores(task);
        LxTask state = LxTask.Of(task);
        foreach (Namespace made in state.Namespaces.MakeNew(flags, LxBrand.Of(task), task.Process.ControlGroup, task.FileSystem))
            state.Enter(made);
        return SysResult.Success;
    }

    /// <summary>Enters another namespace. setns(2).</summary>
    [Syscall(X64 = 308, I386 = 346, Support = Support.Partial, Missing = "namespaces of which a zone has one can only be entered again")]
    internal static SysResult Setns(KernelTask task, Fd fd, uint kinds)
    {
        var wanted = (CloneFlags)kinds;
        switch (task.Files[fd]?.File)
        {
            case null:
                return Errno.EBADF;
            case NamespaceFile { Content: var one }:
                if (wanted != 0 && wanted != one.Kind)
                    return Errno.EINVAL;
                return Enter(task, [one]);
            case PidFile { Process: var process }:
                if (wanted == 0 || (wanted & ~NamespaceSet.AllKinds) != 0)
                    return Errno.EINVAL;
                if (process.MainTask is not { } other)
                    return Errno.ESRCH;
                if (!PtraceAccess.IsAllowed(task, other))
                    return Errno.EPERM;
                return Enter(task, [.. LxTask.Of(other).Namespaces.Entries.Where(entry => (wanted & entry.Kind) != 0)]);
            default:
                return Errno.EINVAL;
        }
    }

    /// <summary>Names the host. sethostname(2).</summary>
    [Syscall(X64 = 170, I386 = 74)]
    internal static SysResult Sethostname(KernelTask task, UserAddress name, int length)
    {
        Errno error = ReadName(task, name, length, out byte[] bytes);
        if (error == 0)
            LxTask.Of(task).Namespaces.Uts.HostName = bytes;
        return error;
    }

    /// <summary>Names the NIS domain. setdomainname(2).</summary>
    [Syscall(X64 = 171, I386 = 121)]
    internal static SysResult Setdomainname(KernelTask task, UserAddress name, int length)
    {
        Errno error = ReadName(task, name, length, out byte[] bytes);
        if (error == 0)
            LxTask.Of(task).Namespaces.Uts.DomainName = bytes;
        return error;
    }

    /// <summary>Whether the task may make the namespaces of <paramref name="flags"/>: 0; EINVAL as from a Linux built without them; EPERM.</summary>
    internal static Errno CheckNew(KernelTask task, CloneFlags flags)
    {
        CloneFlags kinds = flags & NamespaceSet.AllKinds;
        if (kinds == 0)
            return 0;
        if ((kinds & CloneFlags.CLONE_NEWUSER) == 0 && !task.Credentials.Has(CAP_SYS_ADMIN))
            return Errno.EPERM;
        if ((kinds & ~NamespaceSet.NewKinds) == 0)
            return 0;
        task.Machine.MissingCalls.Count($"namespaces {kinds & ~NamespaceSet.NewKinds}");
        return Errno.EINVAL;
    }

    private static Errno Enter(KernelTask task, Namespace[] entered)
    {
        foreach (Namespace one in entered)
        {
            if (one.Kind == CloneFlags.CLONE_NEWUSER)
                return Errno.EINVAL;
            if (!task.Credentials.Has(CAP_SYS_ADMIN) || (one.Kind == CloneFlags.CLONE_NEWNS && !task.Credentials.Has(CAP_SYS_CHROOT)))
                return Errno.EPERM;
            if (one.Kind == CloneFlags.CLONE_NEWNS && task.FileSystem.IsShared)
                return Errno.EINVAL;
        }

        LxTask state = LxTask.Of(task);
        foreach (Namespace one in entered)
        {
            if (one.Kind == CloneFlags.CLONE_NEWIPC)
                LeaveSemaphores(task);
            if (one.Kind == CloneFlags.CLONE_NEWNS)
            {
                // Its last user may be leaving it: there is nothing to stand in then.
                if (one.Content is not MountNamespace { IsAlive: true } mounts)
                    return Errno.EINVAL;
                task.FileSystem.EnterMounts(mounts);
            }
            if (one.TryAcquire())
                state.Enter(one);
        }

        return 0;
    }

    private static void LeaveSemaphores(KernelTask task)
    {
        LxTask state = LxTask.Of(task);
        state.SemaphoreUndo?.Release(task.Process.Pid.Value, task.Machine.Clock.RealtimeNs / 1_000_000_000);
        state.SemaphoreUndo = null;
    }

    // Linux's tables grow by this many descriptors.
    private static int RoundedLimit(KernelTask task) => (LxBrand.Of(task).Settings.MaxOpenFiles + 63) & ~63;

    private static Errno ReadName(KernelTask task, UserAddress name, int length, out byte[] bytes)
    {
        bytes = [];
        if (!task.Credentials.Has(CAP_SYS_ADMIN))
            return Errno.EPERM;
        if ((uint)length > UtsNamespace.MaxLength)
            return Errno.EINVAL;
        bytes = new byte[length];
        if (task.Memory.CopyIn(name, bytes) != (nuint)length)
            return Errno.EFAULT;
        int end = bytes.AsSpan().IndexOf((byte)0);
        bytes = end < 0 ? bytes : bytes[..end];
        return 0;
    }
}
