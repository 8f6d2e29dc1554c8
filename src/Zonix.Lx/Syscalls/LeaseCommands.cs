using Zonix.Kernel.Events;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Syscalls;

/// <summary>The commands of fcntl(2) for leases.</summary>
internal static class LeaseCommands
{
    private const int CAP_LEASE = 28;

    /// <summary>F_SETLEASE: F_RDLCK, F_WRLCK or F_UNLCK. EACCES, EINVAL, EAGAIN.</summary>
    internal static Errno Set(KernelTask task, OpenFileDescription file, Fd fd, ulong type)
    {
        InodeAccess access = file.File.Inode.Access;
        if (access.Uid != task.Credentials.FsUid && !task.Credentials.Has(CAP_LEASE))
            return Errno.EACCES;
        if (!access.IsRegular || type > (ulong)Abi.Flock.F_UNLCK)
            return Errno.EINVAL;
        Errno e = task.FileSystem.Vfs.Locks.Leases.Set(task, file, fd, (short)type);
        // Who takes a lease hears of its end, unless F_SETOWN has said otherwise.
        if (e == 0 && type != (ulong)Abi.Flock.F_UNLCK)
        {
            FileSignals signals = file.SignalsOf(task.Machine);
            signals.Owner ??= new FileOwner(FileOwner.F_OWNER_PID, task.Process.Pid.Value, task.Process.Pids, task.Credentials);
        }
        return e;
    }
}
