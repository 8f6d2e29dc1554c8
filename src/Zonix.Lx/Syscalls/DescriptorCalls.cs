using Zonix.Kernel.Events;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Syscalls;

/// <summary>dup(2), fcntl(2).</summary>
internal static class DescriptorCalls
{
    private const OpenFlags Settable = OpenFlags.O_APPEND | OpenFlags.O_NONBLOCK | OpenFlags.O_DIRECT | OpenFlags.O_NOATIME | OpenFlags.FASYNC;

    /// <summary>Another descriptor for the same description. dup(2).</summary>
    [Syscall(X64 = 32, I386 = 41)]
    internal static SysResult Dup(KernelTask task, Fd fd) =>
        task.Files[fd] is { } file ? Install(task, file.AddReference(), cloexec: false) : Errno.EBADF;

    /// <summary>The same, at a given number. dup2(2).</summary>
    [Syscall(X64 = 33, I386 = 63)]
    internal static SysResult Dup2(KernelTask task, Fd fd, Fd target)
    {
        if (task.Files[fd] is not { } file || (ulong)(uint)target.Value >= Limit(task))
            return Errno.EBADF;
        return fd == target ? target : task.Files.Set(target, file.AddReference(), cloexec: false);
    }

    /// <summary>The same, with O_CLOEXEC. dup3(2).</summary>
    [Syscall(X64 = 292, I386 = 330)]
    internal static SysResult Dup3(KernelTask task, Fd fd, Fd target, OpenFlags flags)
    {
        if (fd == target || (flags & ~OpenFlags.O_CLOEXEC) != 0)
            return Errno.EINVAL;
        if (task.Files[fd] is not { } file || (ulong)(uint)target.Value >= Limit(task))
            return Errno.EBADF;
        return task.Files.Set(target, file.AddReference(), (flags & OpenFlags.O_CLOEXEC) != 0);
    }

    /// <summary>fcntl(2) of old i386 programs, which have no commands with offsets of 64 bits.</summary>
    [Syscall(I386 = 55)]
    internal static SysResult OldFcntl(KernelTask task, Fd fd, FcntlCommand command, nuint argument) =>
        IsOfWideLocks(command) || command is FcntlCommand.F_OFD_GETLK or FcntlCommand.F_OFD_SETLK or FcntlCommand.F_OFD_SETLKW
            ? Errno.EINVAL
            : Fcntl(task, fd, command, argument);

    /// <summary>Controls a descriptor. fcntl(2).</summary>
    [Syscall(X64 = 72, I386 = 221)]
    internal static SysResult Fcntl(KernelTask task, Fd fd, FcntlCommand command, nuint argument)
    {
        if (task.Files[fd] is not { } file)
            return Errno.EBADF;
        switch (command)
        {
            case FcntlCommand.F_DUPFD or FcntlCommand.F_DUPFD_CLOEXEC:
                if (argument >= Limit(task))
                    return Errno.EINVAL;
                return Install(task, file.AddReference(), command == FcntlCommand.F_DUPFD_CLOEXEC, (int)argument);
            case FcntlCommand.F_GETFD:
                return task.Files.IsCloseOnExec(fd) ? 1 : 0;
            case FcntlCommand.F_SETFD:
                return task.Files.SetCloseOnExec(fd, (argument & 1) != 0);
            case FcntlCommand.F_GETFL:
                return (int)file.Flags;
        }
        if (file.IsPath)
            return Errno.EBADF;
        switch (command)
        {
            case FcntlCommand.F_SETFL:
                OpenFlags old = file.Flags;
                if ((old & ~(OpenFlags)argument & OpenFlags.O_APPEND) != 0 && file.File.Inode.Access.IsAppendOnly)
                    return Errno.EPERM;
                file.Flags = (old & ~Settable) | ((OpenFlags)argument & Settable);
                if (((old ^ file.Flags) & OpenFlags.FASYNC) != 0)
                    OwnerCommands.SetAsync(task, file, fd, (argument & (ulong)OpenFlags.FASYNC) != 0);
                return 0;
            case FcntlCommand.F_GETLK or FcntlCommand.F_SETLK or FcntlCommand.F_SETLKW:
                return LockCalls.Record(task, file, task.Files, command, new UserPointer<Flock>(argument));
            case FcntlCommand.F_GETLK64 or FcntlCommand.F_SETLK64 or FcntlCommand.F_SETLKW64 when task.CallAbi != GuestAbi.X64:
                task.CallAbi = GuestAbi.I386Wide;
                var narrow = command - FcntlCommand.F_GETLK64 + FcntlCommand.F_GETLK;
                return LockCalls.Record(task, file, task.Files, narrow, new UserPointer<Flock>(argument));
            case FcntlCommand.F_OFD_GETLK or FcntlCommand.F_OFD_SETLK or FcntlCommand.F_OFD_SETLKW:
                task.CallAbi = task.CallAbi == GuestAbi.X64 ? GuestAbi.X64 : GuestAbi.I386Wide;
                return LockCalls.Record(task, file, file, command, new UserPointer<Flock>(argument));
            case FcntlCommand.F_SETLEASE:
                return LeaseCommands.Set(task, file, fd, argument);
            case FcntlCommand.F_GETLEASE:
                return task.FileSystem.Vfs.Locks.Leases.Get(file);
            case FcntlCommand.F_NOTIFY:
                return OwnerCommands.SetNotice(task, file, fd, (uint)argument);
            case FcntlCommand.F_CREATED_QUERY:
                return file.WasCreated ? 1 : 0;
            case FcntlCommand.F_GETPIPE_SZ:
                return file.File is PipeEnd end ? end.Pipe.Capacity : Errno.EBADF;
            case FcntlCommand.F_SETPIPE_SZ:
                return file.File is PipeEnd sized ? sized.Pipe.SetCapacity(task.Credentials, (uint)argument) : Errno.EBADF;
            case FcntlCommand.F_GET_SEALS:
                return file.File is ISealable sealable ? (int)sealable.Seals : Errno.EINVAL;
            case FcntlCommand.F_ADD_SEALS:
                return !file.Writable ? Errno.EPERM : file.File is ISealable memory ? memory.AddSeals((uint)argument) : Errno.EINVAL;
            case FcntlCommand.F_SETOWN:
                return OwnerCommands.SetOwner(task, file, (int)argument);
            case FcntlCommand.F_GETOWN:
                return OwnerCommands.GetOwner(file);
            case FcntlCommand.F_SETOWN_EX:
                return OwnerCommands.SetOwner(task, file, new UserAddress(argument));
            case FcntlCommand.F_GETOWN_EX:
                return OwnerCommands.GetOwner(task, file, new UserAddress(argument));
            case FcntlCommand.F_SETSIG:
                return OwnerCommands.SetSignal(task, file, argument);
            case FcntlCommand.F_GETSIG:
                return file.Signals?.Signo ?? 0;
            default:
                return Errno.EINVAL;
        }
    }

    private static bool IsOfWideLocks(FcntlCommand command) =>
        command is FcntlCommand.F_GETLK64 or FcntlCommand.F_SETLK64 or FcntlCommand.F_SETLKW64;

    /// <summary>Gives a description a number; releases it when there is none left: EMFILE.</summary>
    internal static SysResult Install(KernelTask task, OpenFileDescription file, bool cloexec, int minimum = 0)
    {
        SysResult result = task.Files.Allocate(file, cloexec, minimum, Limit(task));
        if (result.IsError)
            file.Release();
        return result;
    }

    private static ulong Limit(KernelTask task) =>
        Math.Min(task.Process.Rlimits[RlimitResource.RLIMIT_NOFILE].Soft, (ulong)LxBrand.Of(task).Settings.MaxOpenFiles);
}
