using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Syscalls;

/// <summary>chmod(2), chown(2), utimensat(2) and their kin.</summary>
internal static class AttributeCalls
{
    private const uint Unchanged = uint.MaxValue;
    private const long UTIME_NOW = 0x3fffffff, UTIME_OMIT = 0x3ffffffe;

    /// <summary>Changes permissions. chmod(2).</summary>
    [Syscall(X64 = 90, I386 = 15)]
    internal static SysResult Chmod(KernelTask task, UserCString path, uint mode) => Fchmodat2(task, Fd.AT_FDCWD, path, mode, 0);

    /// <summary>Changes an open file's permissions. fchmod(2).</summary>
    [Syscall(X64 = 91, I386 = 94)]
    internal static SysResult Fchmod(KernelTask task, Fd fd, uint mode) =>
        task.Files[fd] is { IsPath: false } file ? ChangeMode(task, file.File.Inode, file.Path, mode) : Errno.EBADF;

    /// <summary>chmod(2) relative to a directory. fchmodat(2).</summary>
    [Syscall(X64 = 268, I386 = 306)]
    internal static SysResult Fchmodat(KernelTask task, Fd directory, UserCString path, uint mode) => Fchmodat2(task, directory, path, mode, 0);

    /// <summary>fchmodat(2) with flags. fchmodat2(2).</summary>
    [Syscall(X64 = 452, I386 = 452, Name = "fchmodat2")]
    internal static SysResult Fchmodat2(KernelTask task, Fd directory, UserCString path, uint mode, AtFlags flags)
    {
        if ((flags & ~(AtFlags.AT_SYMLINK_NOFOLLOW | AtFlags.AT_EMPTY_PATH)) != 0)
            return Errno.EINVAL;
        Errno e = UserPath.ResolveInode(task, directory, path, flags, out IInode? inode, out VfsPath place);
        return e != 0 ? e : inode is ISymbolicLink ? Errno.EOPNOTSUPP : ChangeMode(task, inode!, place, mode);
    }

    /// <summary>Changes the owner. chown(2).</summary>
    [Syscall(X64 = 92, I386 = 212)]
    internal static SysResult Chown(KernelTask task, UserCString path, uint user, uint group) =>
        Fchownat(task, Fd.AT_FDCWD, path, user, group, 0);

    /// <summary>Changes the owner, of a symbolic link too. lchown(2).</summary>
    [Syscall(X64 = 94, I386 = 198)]
    internal static SysResult Lchown(KernelTask task, UserCString path, uint user, uint group) =>
        Fchownat(task, Fd.AT_FDCWD, path, user, group, AtFlags.AT_SYMLINK_NOFOLLOW);

    /// <summary>Changes an open file's owner. fchown(2).</summary>
    [Syscall(X64 = 93, I386 = 207)]
    internal static SysResult Fchown(KernelTask task, Fd fd, uint user, uint group) =>
        task.Files[fd] is { IsPath: false } file ? ChangeOwner(task, file.File.Inode, file.Path, user, group) : Errno.EBADF;

    /// <summary>chown(2) relative to a directory. fchownat(2).</summary>
    [Syscall(X64 = 260, I386 = 298)]
    internal static SysResult Fchownat(KernelTask task, Fd directory, UserCString path, uint user, uint group, AtFlags flags)
    {
        if ((flags & ~(AtFlags.AT_SYMLINK_NOFOLLOW | AtFlags.AT_EMPTY_PATH)) != 0)
            return Errno.EINVAL;
        Errno e = UserPath.ResolveInode(task, directory, path, flags, out IInode? inode, out VfsPath place);
        return e != 0 ? e : ChangeOwner(task, inode!, place, user, group);
    }

    /// <summary>Sets time stamps to the nanosecond. utimensat(2).</summary>
    [Syscall(X64 = 280, I386 = 320)]
    [Syscall(I386 = 412, Name = "utimensat_time64", Wide = true)]
    internal static SysResult Utimensat(KernelTask task, Fd directory, UserCString path, UserPointer<Timespec> times, AtFlags flags)
    {
        Timespec access = new(0, UTIME_NOW), modify = new(0, UTIME_NOW);
        if (!times.IsNull && (!task.TryRead(times, out access) || !task.TryRead(task.Element(times, 1), out modify)))
            return Errno.EFAULT;
        // Nothing is looked at when nothing is to be done.
        if (access.Nanoseconds == UTIME_OMIT && modify.Nanoseconds == UTIME_OMIT)
            return 0;
        // A null path is the descriptor itself: futimens(3).
        bool isDescriptor = path.IsNull && directory != Fd.AT_FDCWD;
        if ((flags & (isDescriptor ? ~(AtFlags)0 : ~(AtFlags.AT_SYMLINK_NOFOLLOW | AtFlags.AT_EMPTY_PATH))) != 0)
            return Errno.EINVAL;
        return Touch(task, directory, path, access, modify, isDescriptor ? AtFlags.AT_EMPTY_PATH : flags);
    }

    /// <summary>Sets time stamps to the microsecond. utimes(2).</summary>
    [Syscall(X64 = 235, I386 = 271)]
    internal static SysResult Utimes(KernelTask task, UserCString path, UserPointer<Timeval> times) => Futimesat(task, Fd.AT_FDCWD, path, times);

    /// <summary>utimes(2) relative to a directory. futimesat(2).</summary>
    [Syscall(X64 = 261, I386 = 299)]
    internal static SysResult Futimesat(KernelTask task, Fd directory, UserCString path, UserPointer<Timeval> times)
    {
        Timespec access = new(0, UTIME_NOW), modify = new(0, UTIME_NOW);
        if (!times.IsNull)
        {
            if (!task.TryRead(times, out Timeval first) || !task.TryRead(task.Element(times, 1), out Timeval second))
                return Errno.EFAULT;
            if ((ulong)first.Microseconds >= 1_000_000 || (ulong)second.Microseconds >= 1_000_000)
                return Errno.EINVAL;
            access = new(first.Seconds, first.Microseconds * 1000);
            modify = new(second.Seconds, second.Microseconds * 1000);
        }
        return Touch(task, directory, path, access, modify, path.IsNull && directory != Fd.AT_FDCWD ? AtFlags.AT_EMPTY_PATH : 0);
    }

    /// <summary>Sets time stamps to the second. utime(2).</summary>
    [Syscall(X64 = 132, I386 = 30)]
    internal static SysResult Utime(KernelTask task, UserCString path, UserPointer<GuestOffset> times)
    {
        Timespec access = new(0, UTIME_NOW), modify = new(0, UTIME_NOW);
        if (!times.IsNull)
        {
            if (!task.TryRead(times, out GuestOffset first) || !task.TryRead(task.Element(times, 1), out GuestOffset second))
                return Errno.EFAULT;
            access = new(first.Value, 0);
            modify = new(second.Value, 0);
        }
        return Touch(task, Fd.AT_FDCWD, path, access, modify, 0);
    }

    private static SysResult ChangeMode(KernelTask task, IInode inode, VfsPath place, uint mode)
    {
        if (place.Mount.IsReadOnly)
            return Errno.EROFS;
        InodeAccess access = inode.Access;
        if (access.IsFixed || !Permissions.IsOwner(access, task.Credentials))
            return Errno.EPERM;
        mode &= FileModeBits.PermissionMask;
        if (!Permissions.KeepsSetGid(access, task.Credentials))
            mode &= ~FileModeBits.S_ISGID;
        return PathOperations.SetAttributes(task, place, inode, new AttributeChange { Mode = mode, Now = task.FileSystem.Vfs.Now });
    }

    private static SysResult ChangeOwner(KernelTask task, IInode inode, VfsPath place, uint user, uint group)
    {
        if (place.Mount.IsReadOnly)
            return Errno.EROFS;
        InodeAccess access = inode.Access;
        if (access.IsFixed)
            return Errno.EPERM;
        Credentials who = task.Credentials;
        if (!Permissions.MayChown(who))
        {
            // The owner may give the file to one of the groups they are in, and to nobody else.
            bool sameUser = user == Unchanged || user == access.Uid;
            bool knownGroup = group == Unchanged || group == access.Gid || who.InGroup(group);
            if (access.Uid != who.FsUid || !sameUser || !knownGroup)
                return Errno.EPERM;
        }
        var change = new AttributeChange { Now = task.FileSystem.Vfs.Now };
        if (user != Unchanged)
            change.Uid = user;
        if (group != Unchanged)
            change.Gid = group;
        if (!access.IsDirectory && (change.Uid ?? change.Gid) is not null)
            change.Mode = Permissions.WithoutSetId(access.Mode) & FileModeBits.PermissionMask;
        return PathOperations.SetAttributes(task, place, inode, change);
    }

    private static SysResult Touch(KernelTask task, Fd directory, UserCString path, Timespec access, Timespec modify, AtFlags flags)
    {
        Timestamp now = task.FileSystem.Vfs.Now;
        var change = new AttributeChange { Now = now };
        bool onlyNow = access.Nanoseconds == UTIME_NOW && modify.Nanoseconds == UTIME_NOW;
        Errno e = UserPath.ResolveInode(task, directory, path, flags, out IInode? inode, out VfsPath place);
        if (e != 0)
            return e;
        if (!Decode(access, now, out change.Access) || !Decode(modify, now, out change.Modify))
            return Errno.EINVAL;
        if (change.Access is null && change.Modify is null)
            return 0;
        if (place.Mount.IsReadOnly)
            return Errno.EROFS;
        InodeAccess owner = inode!.Access;
        if (onlyNow ? owner.IsImmutable : owner.IsFixed)
            return Errno.EPERM;
        if (!Permissions.IsOwner(owner, task.Credentials))
        {
            if (!onlyNow)
                return Errno.EPERM;
            e = Permissions.Check(owner, task.Credentials, AccessMode.W_OK);
            if (e != 0)
                return e;
        }
        return PathOperations.SetAttributes(task, place, inode, change);
    }

    private static bool Decode(Timespec time, Timestamp now, out Timestamp? stamp)
    {
        stamp = time.Nanoseconds switch
        {
            UTIME_NOW => now,
            UTIME_OMIT => null,
            _ => new Timestamp(time.Seconds, (uint)time.Nanoseconds),
        };
        return time.Nanoseconds is UTIME_NOW or UTIME_OMIT or (>= 0 and < 1_000_000_000);
    }
}
