using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Syscalls;

/// <summary>flock(2) and the locks of fcntl(2).</summary>
internal static class LockCalls
{
    private const int LOCK_SH = 1, LOCK_EX = 2, LOCK_NB = 4, LOCK_UN = 8;

    /// <summary>Locks a whole file for a description. flock(2).</summary>
    [Syscall(X64 = 73, I386 = 143)]
    internal static SysResult Flock(KernelTask task, Fd fd, int operation)
    {
        if (task.Files[fd] is not { IsPath: false } file)
            return Errno.EBADF;
        FileLocks locks = task.FileSystem.Vfs.Locks;
        switch (operation & ~LOCK_NB)
        {
            case LOCK_UN:
                locks.ClearWhole(file);
                return 0;
            case LOCK_SH or LOCK_EX:
                bool exclusive = (operation & LOCK_EX) != 0;
                var wanted = new FileLock(FileLockKind.Whole, file, task.Process.Pid.Value, 0, long.MaxValue, exclusive);
                return locks.Set(task, file, wanted, (operation & LOCK_NB) == 0);
            default:
                return Errno.EINVAL;
        }
    }

    /// <summary>F_GETLK, F_SETLK, F_SETLKW for a process, and the same for a description (F_OFD_*).</summary>
    internal static SysResult Record(KernelTask task, OpenFileDescription file, object owner, FcntlCommand command, UserPointer<Flock> argument)
    {
        if (!task.TryRead(argument, out Flock request))
            return Errno.EFAULT;
        bool ofd = ReferenceEquals(owner, file);
        if (ofd && request.Pid != 0)
            return Errno.EINVAL;
        Errno e = Range(file, request, out long start, out long end);
        if (e != 0)
            return e;
        FileLocks locks = task.FileSystem.Vfs.Locks;
        bool exclusive = request.Type == Abi.Flock.F_WRLCK;
        FileLockKind kind = ofd ? FileLockKind.Description : FileLockKind.Posix;
        var wanted = new FileLock(kind, owner, ofd ? -1 : task.Process.Pid.Value, start, end, exclusive);
        if (command is FcntlCommand.F_GETLK or FcntlCommand.F_OFD_GETLK)
        {
            if (request.Type is not Abi.Flock.F_RDLCK and not Abi.Flock.F_WRLCK)
                return Errno.EINVAL;
            return Report(task, argument, request, locks.FindConflict(file, wanted));
        }
        switch (request.Type)
        {
            case Abi.Flock.F_UNLCK:
                locks.Clear(file, owner, start, end);
                return 0;
            case Abi.Flock.F_RDLCK when !file.Readable:
            case Abi.Flock.F_WRLCK when !file.Writable:
                return Errno.EBADF;
            case Abi.Flock.F_RDLCK or Abi.Flock.F_WRLCK:
                return locks.Set(task, file, wanted, command is FcntlCommand.F_SETLKW or FcntlCommand.F_OFD_SETLKW);
            default:
                return Errno.EINVAL;
        }
    }

    private static SysResult Report(KernelTask task, UserPointer<Flock> argument, Flock request, FileLock? conflict)
    {
        if (conflict is null)
        {
            request.Type = Abi.Flock.F_UNLCK;
        }
        else
        {
            request.Type = conflict.Exclusive ? Abi.Flock.F_WRLCK : Abi.Flock.F_RDLCK;
            request.Whence = 0;
            request.Start = conflict.Start;
            request.Length = conflict.End == long.MaxValue ? 0 : conflict.End - conflict.Start;
            request.Pid = conflict.Pid;
        }
        // What does not fit into 32 bits: the start is an error, the end is the largest there is.
        if (task.CallAbi == GuestAbi.I386)
        {
            if (request.Start > int.MaxValue)
                return Errno.EOVERFLOW;
            request.Length = Math.Min(request.Length, int.MaxValue);
        }
        return task.TryWrite(argument, request) ? 0 : Errno.EFAULT;
    }

    private static Errno Range(OpenFileDescription file, in Flock request, out long start, out long end)
    {
        start = end = 0;
        long origin = 0;
        switch ((SeekWhence)request.Whence)
        {
            case SeekWhence.SEEK_SET:
                break;
            case SeekWhence.SEEK_CUR:
                origin = file.Offset;
                break;
            case SeekWhence.SEEK_END:
                Errno e = file.File.Inode.GetAttributes(out InodeAttributes attributes);
                if (e != 0)
                    return e;
                origin = (long)attributes.Size;
                break;
            default:
                return Errno.EINVAL;
        }
        if (request.Start > long.MaxValue - origin)
            return Errno.EOVERFLOW;
        start = origin + request.Start;
        if (request.Length > 0 && start > long.MaxValue - (request.Length - 1))
            return Errno.EOVERFLOW;
        bool toEnd = request.Length == 0 || (request.Length > 0 && start > long.MaxValue - request.Length);
        end = toEnd ? long.MaxValue : start + request.Length;
        if (request.Length < 0)
            (start, end) = (end, start);
        return start < 0 ? Errno.EINVAL : 0;
    }
}
