using System.Text;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Syscalls;

/// <summary>mount(2), umount2(2), pivot_root(2).</summary>
internal static class MountCalls
{
    private const int CAP_SYS_ADMIN = 21, PageSize = 4096;
    private const ulong MagicMask = 0xffff_0000, Magic = 0xC0ED_0000;

    private const MountFlags AnyTime = MountFlags.MS_NOATIME | MountFlags.MS_NODIRATIME | MountFlags.MS_RELATIME | MountFlags.MS_STRICTATIME;

    /// <summary>Mounts, binds, moves, or changes a mount. mount(2).</summary>
    [Syscall(X64 = 165, I386 = 21, Support = Support.Partial, Missing = "file systems on block devices")]
    internal static SysResult Mount(
        KernelTask task, UserCString source, UserCString target, UserCString type, ulong flags, UserCString data)
    {
        Errno e = ReadText(task, type, out string? typeName);
        if (e != 0 || (e = ReadText(task, source, out string? sourceText)) != 0 || (e = ReadText(task, data, out string? options)) != 0)
            return e;
        e = UserPath.Resolve(task, Fd.AT_FDCWD, target, WalkFlags.Follow, out VfsPath at);
        if (e != 0)
            return e;
        if (!IsAllowed(task))
            return Errno.EPERM;
        if ((flags & MagicMask) == Magic)
            flags &= ~MagicMask;
        var how = (MountFlags)flags;
        bool recursive = (how & MountFlags.MS_REC) != 0;
        if ((how & MountFlags.MS_REMOUNT) != 0)
            return (how & MountFlags.MS_BIND) != 0 ? MountOperations.ChangeFlags(task, at, Kept(how, at.Mount)) : Remount(task, at, how, options);
        if ((how & MountFlags.MS_BIND) != 0)
            return Bind(task, sourceText, at, recursive);
        if ((how & MountFlags.Propagation) != 0)
            return ChangePropagation(task, at, how, recursive);
        if ((how & MountFlags.MS_MOVE) != 0)
        {
            e = Find(task, sourceText, out VfsPath from);
            return e != 0 ? e : MountOperations.Move(task, from, at);
        }
        return MountNew(task, typeName, sourceText, at, how, options);
    }

    /// <summary>Takes a mount away. umount2(2).</summary>
    [Syscall(X64 = 166, I386 = 52)]
    internal static SysResult Umount2(KernelTask task, UserCString target, UnmountFlags flags)
    {
        const UnmountFlags Known =
            UnmountFlags.MNT_FORCE | UnmountFlags.MNT_DETACH | UnmountFlags.MNT_EXPIRE | UnmountFlags.UMOUNT_NOFOLLOW;
        if ((flags & ~Known) != 0)
            return Errno.EINVAL;
        WalkFlags how = (flags & UnmountFlags.UMOUNT_NOFOLLOW) != 0 ? WalkFlags.None : WalkFlags.Follow;
        Errno e = UserPath.Resolve(task, Fd.AT_FDCWD, target, how, out VfsPath at);
        if (e != 0)
            return e;
        return IsAllowed(task) ? MountOperations.Unmount(task, at, flags) : Errno.EPERM;
    }

    /// <summary>Takes a mount away. umount(2), of i386 programs.</summary>
    [Syscall(I386 = 22)]
    internal static SysResult Umount(KernelTask task, UserCString target) => Umount2(task, target, 0);

    /// <summary>Makes another mount the root, for all tasks whose root or working directory is the old one. pivot_root(2).</summary>
    [Syscall(X64 = 155, I386 = 217)]
    internal static SysResult PivotRoot(KernelTask task, UserCString newRoot, UserCString putOld)
    {
        if (!IsAllowed(task))
            return Errno.EPERM;
        Errno e = UserPath.Resolve(task, Fd.AT_FDCWD, newRoot, WalkFlags.Follow | WalkFlags.Directory, out VfsPath root);
        if (e != 0 || (e = UserPath.Resolve(task, Fd.AT_FDCWD, putOld, WalkFlags.Follow | WalkFlags.Directory, out VfsPath old)) != 0)
            return e;
        return MountOperations.PivotRoot(task, root, old);
    }

    /// <summary>Whether the task may change mounts.</summary>
    internal static bool IsAllowed(KernelTask task) => task.Credentials.Has(CAP_SYS_ADMIN);

    /// <summary>Sets options that are given as mount(2) takes them: "size=1m,mode=700".</summary>
    internal static Errno SetOptions(KernelTask task, IFileSystemOptions target, string? text, ref MountFlags flags)
    {
        foreach (string option in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = option.IndexOf('=', StringComparison.Ordinal);
            string key = equals < 0 ? option : option[..equals];
            if (SuperblockOption.TryApply(key, ref flags))
                continue;
            Errno e = target.Set(task, key, equals < 0 ? null : option[(equals + 1)..]);
            if (e != 0)
                return e == Errno.ENOENT ? Errno.EINVAL : e;
        }
        return 0;
    }

    private static SysResult MountNew(KernelTask task, string? type, string? source, VfsPath at, MountFlags how, string? text)
    {
        if (type is null)
            return Errno.EINVAL;
        if (task.FileSystem.Mounts.Types.Begin(type) is not { } options)
            return Errno.ENODEV;
        MountFlags shared = how & MountFlags.PerFileSystem;
        Errno e = SetOptions(task, options, text, ref shared);
        if (e != 0 || (e = options.Create(task, out IFileSystem? fileSystem)) != 0)
            return e;
        // An empty source stays empty: /proc/mounts shows "none" for it only when there was none.
        return MountOperations.Add(task, fileSystem!, at, OfMount(how), source ?? "none", shared);
    }

    private static SysResult Bind(KernelTask task, string? source, VfsPath at, bool recursive)
    {
        Errno e = Find(task, source, out VfsPath from);
        return e != 0 ? e : MountOperations.Bind(task, from, at, recursive);
    }

    private static SysResult ChangePropagation(KernelTask task, VfsPath at, MountFlags how, bool recursive)
    {
        MountFlags kind = how & MountFlags.Propagation;
        const MountFlags Others = MountFlags.MS_REC | MountFlags.MS_SILENT;
        if ((how & ~(MountFlags.Propagation | Others)) != 0 || (kind & (kind - 1)) != 0)
            return Errno.EINVAL;
        return MountOperations.ChangePropagation(task, at, kind, recursive);
    }

    private static SysResult Remount(KernelTask task, VfsPath at, MountFlags how, string? text)
    {
        if (!ReferenceEquals(at.Dentry, at.Mount.Root) || !ReferenceEquals(at.Mount.Namespace, task.FileSystem.Mounts))
            return Errno.EINVAL;
        Superblock superblock = at.Mount.Superblock;
        MountFlags shared = how & MountFlags.PerFileSystem;
        IFileSystemOptions? options = task.FileSystem.Mounts.Types.Begin(superblock.FileSystem.TypeName);
        if (options is not null)
        {
            Errno bad = SetOptions(task, options, text, ref shared);
            if (bad != 0)
                return bad;
        }
        const MountFlags Changeable = MountFlags.MS_RDONLY | MountFlags.MS_SYNCHRONOUS | MountFlags.MS_MANDLOCK | MountFlags.MS_LAZYTIME | MountFlags.MS_I_VERSION;
        Errno e = MountOperations.Reconfigure(task, superblock, shared, Changeable, options);
        return e != 0 ? e : MountOperations.ChangeFlags(task, at, Kept(how, at.Mount) & ~MountFlags.MS_RDONLY | how & MountFlags.MS_RDONLY);
    }

    // mount(2): a remount that says nothing of time stamps leaves what was said before.
    private static MountFlags Kept(MountFlags how, Mount mount) =>
        (how & AnyTime) == 0
            ? (how & MountFlags.PerMount) | (mount.Flags & (MountFlags.MS_NOATIME | MountFlags.MS_NODIRATIME | MountFlags.MS_RELATIME))
            : OfMount(how);

    // MS_RELATIME is the default, and MS_STRICTATIME the absence of both.
    private static MountFlags OfMount(MountFlags how)
    {
        MountFlags flags = how & (MountFlags.PerMount & ~MountFlags.MS_RELATIME);
        if ((how & MountFlags.MS_STRICTATIME) != 0)
            return flags & ~MountFlags.MS_NOATIME;
        return (how & MountFlags.MS_NOATIME) == 0 ? flags | MountFlags.MS_RELATIME : flags;
    }

    private static Errno Find(KernelTask task, string? path, out VfsPath found)
    {
        found = default;
        if (string.IsNullOrEmpty(path))
            return Errno.EINVAL;
        return PathOperations.Resolve(task, task.FileSystem.WorkingDirectory, Encoding.Latin1.GetBytes(path), WalkFlags.Follow, out found);
    }

    /// <summary>A text of less than a page, as Linux copies it; null for a null pointer. EFAULT, EINVAL.</summary>
    internal static Errno ReadText(KernelTask task, UserCString address, out string? text, int limit = PageSize)
    {
        text = null;
        if (address.IsNull)
            return 0;
        byte[] buffer = new byte[limit];
        int length = task.Memory.CopyInString(address.Address, buffer);
        if (length < 0)
            return Errno.EFAULT;
        if (length >= limit)
            return Errno.EINVAL;
        text = Encoding.Latin1.GetString(buffer, 0, length);
        return 0;
    }
}
