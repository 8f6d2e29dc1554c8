using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Syscalls;

/// <summary>File systems in the making: fsopen(2), fsconfig(2), fsmount(2), fspick(2).</summary>
internal static class MountContextCalls
{
    private const uint FSOPEN_CLOEXEC = 1, FSMOUNT_CLOEXEC = 1;
    private const uint FSPICK_CLOEXEC = 1, FSPICK_SYMLINK_NOFOLLOW = 2, FSPICK_NO_AUTOMOUNT = 4, FSPICK_EMPTY_PATH = 8;
    private const int LongestKey = 256, LongestValue = 256, LongestName = 4096;

    /// <summary>Begins a file system of a type. fsopen(2).</summary>
    [Syscall(X64 = 430, I386 = 430)]
    internal static SysResult Fsopen(KernelTask task, UserCString type, uint flags)
    {
        if (!MountCalls.IsAllowed(task))
            return Errno.EPERM;
        if ((flags & ~FSOPEN_CLOEXEC) != 0)
            return Errno.EINVAL;
        if (type.IsNull)
            return Errno.EFAULT;
        Errno e = MountCalls.ReadText(task, type, out string? name, LongestName);
        if (e != 0)
            return e;
        if (task.FileSystem.Mounts.Types.Begin(name!) is not { } options)
            return Errno.ENODEV;
        return Install(task, new MountContext(NewInode(task), name!, options), (flags & FSOPEN_CLOEXEC) != 0);
    }

    /// <summary>Begins a change of a mounted file system. fspick(2).</summary>
    [Syscall(X64 = 433, I386 = 433)]
    internal static SysResult Fspick(KernelTask task, Fd directory, UserCString path, uint flags)
    {
        if (!MountCalls.IsAllowed(task))
            return Errno.EPERM;
        if ((flags & ~(FSPICK_CLOEXEC | FSPICK_SYMLINK_NOFOLLOW | FSPICK_NO_AUTOMOUNT | FSPICK_EMPTY_PATH)) != 0)
            return Errno.EINVAL;
        WalkFlags how = (flags & FSPICK_SYMLINK_NOFOLLOW) != 0 ? WalkFlags.None : WalkFlags.Follow;
        if ((flags & FSPICK_EMPTY_PATH) != 0)
            how |= WalkFlags.Empty;
        Errno e = UserPath.Resolve(task, directory, path, how, out VfsPath found);
        if (e != 0)
            return e;
        if (!ReferenceEquals(found.Dentry, found.Mount.Root))
            return Errno.EINVAL;
        Superblock superblock = found.Mount.Superblock;
        if (task.FileSystem.Mounts.Types.Begin(superblock.FileSystem.TypeName) is not { } options)
            return Errno.EOPNOTSUPP;
        return Install(task, MountContext.Pick(NewInode(task), superblock, options), (flags & FSPICK_CLOEXEC) != 0);
    }

    /// <summary>Sets an option of a file system in the making, or makes or changes it. fsconfig(2).</summary>
    [Syscall(X64 = 431, I386 = 431, Support = Support.Partial, Missing = "FSCONFIG_SET_BINARY: no file system takes any")]
    internal static SysResult Fsconfig(KernelTask task, Fd fd, FsConfigCommand command, UserCString key, UserAddress value, int aux)
    {
        if (fd.Value < 0)
            return Errno.EINVAL;
        Errno e = CheckShape(command, key, value, aux);
        if (e != 0)
            return e;
        if (task.Files[fd] is not { } opened)
            return Errno.EBADF;
        if (opened.File is not MountContext context)
            return Errno.EINVAL;
        string? name = null, text = null;
        if (!key.IsNull && (e = MountCalls.ReadText(task, key, out name, LongestKey)) != 0)
            return e;
        switch (command)
        {
            case FsConfigCommand.FSCONFIG_SET_FLAG:
                return context.Set(task, name!, null);
            case FsConfigCommand.FSCONFIG_SET_STRING:
                e = MountCalls.ReadText(task, new UserCString(value.Value), out text, LongestValue);
                return e != 0 ? e : context.Set(task, name!, text);
            case FsConfigCommand.FSCONFIG_SET_PATH or FsConfigCommand.FSCONFIG_SET_PATH_EMPTY:
                WalkFlags how = command == FsConfigCommand.FSCONFIG_SET_PATH ? WalkFlags.Follow : WalkFlags.Follow | WalkFlags.Empty;
                e = UserPath.Resolve(task, new Fd(aux), new UserCString(value.Value), how, out VfsPath found);
                return e != 0 ? e : context.Set(task, name!, PathText.Format(found, task.FileSystem.Root));
            case FsConfigCommand.FSCONFIG_SET_FD:
                if (task.Files[new Fd(aux)] is not { } other)
                    return Errno.EBADF;
                return context.Set(task, name!, PathText.Format(other.Path, task.FileSystem.Root));
            case FsConfigCommand.FSCONFIG_CMD_CREATE or FsConfigCommand.FSCONFIG_CMD_CREATE_EXCL:
                return MountCalls.IsAllowed(task) ? context.Create(task, command == FsConfigCommand.FSCONFIG_CMD_CREATE_EXCL) : Errno.EPERM;
            case FsConfigCommand.FSCONFIG_CMD_RECONFIGURE:
                return MountCalls.IsAllowed(task) ? context.Reconfigure(task) : Errno.EPERM;
            default:
                return Errno.EINVAL;
        }
    }

    /// <summary>Mounts what was made, attached nowhere. fsmount(2).</summary>
    [Syscall(X64 = 432, I386 = 432)]
    internal static SysResult Fsmount(KernelTask task, Fd fd, uint flags, uint attributes)
    {
        if (!MountCalls.IsAllowed(task))
            return Errno.EPERM;
        if ((flags & ~FSMOUNT_CLOEXEC) != 0)
            return Errno.EINVAL;
        Errno e = MountTreeCalls.ReadAttributes((MountAttributes)attributes, out MountFlags wanted);
        if (e != 0)
            return e;
        if (task.Files[fd] is not { } opened)
            return Errno.EBADF;
        if (opened.File is not MountContext context)
            return Errno.EINVAL;
        e = context.Mount(task, wanted, out Mount? mount);
        return e != 0 ? e : MountTreeCalls.InstallTree(task, mount!, (flags & FSMOUNT_CLOEXEC) != 0);
    }

    // Which of the arguments a command takes.
    private static Errno CheckShape(FsConfigCommand command, UserCString key, UserAddress value, int aux)
    {
        const int LargestBinary = 1024 * 1024;
        bool hasKey = !key.IsNull, hasValue = !value.IsNull;
        switch (command)
        {
            case FsConfigCommand.FSCONFIG_SET_FLAG:
                return hasKey && !hasValue && aux == 0 ? 0 : Errno.EINVAL;
            case FsConfigCommand.FSCONFIG_SET_STRING:
                return hasKey && hasValue && aux == 0 ? 0 : Errno.EINVAL;
            case FsConfigCommand.FSCONFIG_SET_BINARY:
                return hasKey && hasValue && aux is > 0 and <= LargestBinary ? 0 : Errno.EINVAL;
            case FsConfigCommand.FSCONFIG_SET_PATH or FsConfigCommand.FSCONFIG_SET_PATH_EMPTY:
                return hasKey && hasValue && (aux >= 0 || aux == Fd.AT_FDCWD.Value) ? 0 : Errno.EINVAL;
            case FsConfigCommand.FSCONFIG_SET_FD:
                return hasKey && !hasValue && aux >= 0 ? 0 : Errno.EINVAL;
            case FsConfigCommand.FSCONFIG_CMD_CREATE or FsConfigCommand.FSCONFIG_CMD_CREATE_EXCL or FsConfigCommand.FSCONFIG_CMD_RECONFIGURE:
                return !hasKey && !hasValue && aux == 0 ? 0 : Errno.EINVAL;
            default:
                return Errno.EOPNOTSUPP;
        }
    }

    private static IInode NewInode(KernelTask task) => task.FileSystem.Vfs.CreateNamelessInode(0x180, task.Credentials.FsUid, task.Credentials.FsGid);

    private static SysResult Install(KernelTask task, MountContext context, bool cloexec) =>
        DescriptorCalls.Install(task, task.FileSystem.Vfs.OpenNameless(context, "anon_inode:[fscontext]", OpenFlags.O_RDWR), cloexec);
}
