using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Vfs;

/// <summary>What mount(2) and its kin do with places that have been found. The caller has checked CAP_SYS_ADMIN.</summary>
public static class MountOperations
{
    /// <summary>Mounts a file system over a place. <paramref name="shared"/>: flags of the file system itself.</summary>
    public static Errno Add(KernelTask task, IFileSystem fileSystem, VfsPath at, MountFlags flags, string source, MountFlags shared)
    {
        at = MountNamespace.Descend(at);
        if (!IsHere(task, at.Mount))
            return Errno.EINVAL;
        // The same thing twice over itself is of no use.
        if (ReferenceEquals(at.Mount.FileSystem, fileSystem) && ReferenceEquals(at.Dentry, at.Mount.Root))
            return Errno.EBUSY;
        MountTable table = task.FileSystem.Vfs.Mounts;
        Superblock superblock = table.SuperblockOf(fileSystem);
        // One that is mounted already keeps its flags.
        if (superblock.Mounts().Length == 0)
            superblock.Flags = shared & MountFlags.PerFileSystem;
        return AttachOrDiscard(table, table.Create(superblock, fileSystem.Root, flags, source), at);
    }

    /// <summary>Shows a directory or file, with what is mounted below it if <paramref name="recursive"/>, at another place. MS_BIND.</summary>
    public static Errno Bind(KernelTask task, VfsPath from, VfsPath to, bool recursive)
    {
        if (!IsHere(task, MountNamespace.Descend(to).Mount))
            return Errno.EINVAL;
        Errno e = CopyTree(task, from, recursive, out Mount? copy);
        return e != 0 ? e : AttachOrDiscard(task.FileSystem.Vfs.Mounts, copy!, to);
    }

    /// <summary>A copy of a place that is attached nowhere. open_tree(2), OPEN_TREE_CLONE.</summary>
    public static Errno CopyTree(KernelTask task, VfsPath from, bool recursive, out Mount? copy)
    {
        copy = null;
        if (from.Mount.IsUnbindable)
            return Errno.EINVAL;
        // Files of namespaces lie nowhere, and can be bound all the same. namespaces(7).
        bool nameless = ReferenceEquals(from.Mount, task.FileSystem.Vfs.NamelessMount) && from.Inode is IBindable;
        if (!nameless && !IsHere(task, from.Mount) && from.Mount.Namespace is not { IsAnonymous: true })
            return Errno.EINVAL;
        if (nameless && from.Inode is IBindable bound && !bound.Bind(task.FileSystem.Mounts))
            return Errno.EINVAL;
        copy = task.FileSystem.Vfs.Mounts.CopyTree(from, recursive);
        return 0;
    }

    /// <summary>
    /// Moves a mount, or attaches a tree that is attached nowhere; <paramref name="beneath"/> what is mounted there already.
    /// move_mount(2), MS_MOVE.
    /// </summary>
    public static Errno Move(KernelTask task, VfsPath from, VfsPath to, bool beneath = false)
    {
        if (!ReferenceEquals(from.Dentry, from.Mount.Root))
            return Errno.EINVAL;
        to = MountNamespace.Descend(to);
        // Beneath its root nobody would see it.
        if (beneath && (!ReferenceEquals(to.Dentry, to.Mount.Root) || ReferenceEquals(to.Mount, task.FileSystem.Root.Mount) ||
            MountNamespace.Descend(from) != from))
            return Errno.EINVAL;
        if (!IsHere(task, to.Mount) && to.Mount.Namespace is not { IsAnonymous: true })
            return Errno.EINVAL;
        bool detached = from.Mount.Namespace is { IsAnonymous: true };
        if (detached ? from.Mount.Place is not null : !IsHere(task, from.Mount) || from.Mount.Place is null)
            return Errno.EINVAL;
        if (from.Inode.Access.IsDirectory != to.Inode.Access.IsDirectory || from.Mount.Place is { Parent.IsShared: true })
            return Errno.EINVAL;
        return beneath ? task.FileSystem.Vfs.Mounts.MoveBeneath(from.Mount, to.Mount) : task.FileSystem.Vfs.Mounts.Move(from.Mount, to);
    }

    /// <summary>Puts one mount into the group of another one. move_mount(2), MOVE_MOUNT_SET_GROUP.</summary>
    public static Errno SetGroup(KernelTask task, VfsPath from, VfsPath to)
    {
        if (!ReferenceEquals(from.Dentry, from.Mount.Root) || !ReferenceEquals(to.Dentry, to.Mount.Root))
            return Errno.EINVAL;
        if (!IsHere(task, from.Mount) || !IsHere(task, to.Mount))
            return Errno.EINVAL;
        return task.FileSystem.Vfs.Mounts.SetGroup(from.Mount, to.Mount);
    }

    /// <summary>MS_SHARED, MS_PRIVATE, MS_SLAVE or MS_UNBINDABLE.</summary>
    public static Errno ChangePropagation(KernelTask task, VfsPath at, MountFlags kind, bool recursive)
    {
        if (!ReferenceEquals(at.Dentry, at.Mount.Root) || !IsHere(task, at.Mount))
            return Errno.EINVAL;
        task.FileSystem.Vfs.Mounts.ChangePropagation(at.Mount, kind, recursive);
        return 0;
    }

    /// <summary>Changes the flags of a mount; EBUSY when it shall be read-only and something is open for writing.</summary>
    public static Errno ChangeFlags(KernelTask task, VfsPath at, MountFlags flags)
    {
        if (!ReferenceEquals(at.Dentry, at.Mount.Root) || !IsHere(task, at.Mount))
            return Errno.EINVAL;
        return task.FileSystem.Vfs.Mounts.ChangeFlags([at.Mount], flags, MountFlags.PerMount);
    }

    /// <summary>Changes flags and propagation, of all mounts below too if <paramref name="recursive"/>. mount_setattr(2).</summary>
    public static Errno SetAttributes(KernelTask task, VfsPath at, bool recursive, MountFlags set, MountFlags changed, MountFlags propagation)
    {
        if (!ReferenceEquals(at.Dentry, at.Mount.Root) || (!IsHere(task, at.Mount) && at.Mount.Namespace is not { IsAnonymous: true }))
            return Errno.EINVAL;
        MountTable table = task.FileSystem.Vfs.Mounts;
        Errno e = table.ChangeFlags(table.Select(at.Mount, recursive), set, changed);
        if (e == 0 && propagation != 0)
            table.ChangePropagation(at.Mount, propagation, recursive);
        return e;
    }

    /// <summary>Changes flags and options of a file system. MS_REMOUNT, FSCONFIG_CMD_RECONFIGURE.</summary>
    public static Errno Reconfigure(KernelTask task, Superblock superblock, MountFlags flags, MountFlags changed, IFileSystemOptions? options)
    {
        bool readOnly = (flags & changed & MountFlags.MS_RDONLY) != 0;
        lock (superblock.Gate)
        {
            if ((changed & MountFlags.MS_RDONLY) != 0 && !readOnly && superblock.FileSystem.IsReadOnly)
                return Errno.EROFS;
            if (readOnly && !superblock.IsReadOnly && MountTable.IsWritten(superblock))
                return Errno.EBUSY;
            Errno e = options?.Change(superblock.FileSystem) ?? 0;
            if (e != 0)
                return e;
            MountFlags kept = changed & MountFlags.PerFileSystem;
            superblock.Flags = (superblock.Flags & ~kept) | (flags & kept);
            return 0;
        }
    }

    /// <summary>umount2(2).</summary>
    public static Errno Unmount(KernelTask task, VfsPath at, UnmountFlags flags)
    {
        // "." and "/" name what lies on top there, too: that is how one gets rid of the old root after pivot_root(".", ".").
        at = MountNamespace.Descend(at);
        if (!ReferenceEquals(at.Dentry, at.Mount.Root) || !IsHere(task, at.Mount))
            return Errno.EINVAL;
        bool lazily = (flags & UnmountFlags.MNT_DETACH) != 0;
        MountTable table = task.FileSystem.Vfs.Mounts;
        if ((flags & UnmountFlags.MNT_EXPIRE) != 0)
        {
            if ((flags & (UnmountFlags.MNT_FORCE | UnmountFlags.MNT_DETACH)) != 0 || ReferenceEquals(at.Mount, task.FileSystem.Root.Mount))
                return Errno.EINVAL;
            if (table.IsBusy(at.Mount))
                return Errno.EBUSY;
            if (!at.Mount.Expires())
                return Errno.EAGAIN;
        }
        // umount2(2): one's own root is not taken away, but made read-only.
        if (ReferenceEquals(at.Mount, task.FileSystem.Root.Mount) && !lazily)
            return Reconfigure(task, at.Mount.Superblock, MountFlags.MS_RDONLY, MountFlags.MS_RDONLY, null);
        if (at.Mount.Place is null && !lazily)
            return Errno.EBUSY;
        return table.Unmount(at.Mount, lazily);
    }

    /// <summary>Exchanges the root. pivot_root(2).</summary>
    public static Errno PivotRoot(KernelTask task, VfsPath newRoot, VfsPath putOld)
    {
        VfsPath root = task.FileSystem.Root;
        Errno e = task.FileSystem.Vfs.Mounts.PivotRoot(task.FileSystem.Mounts, root, newRoot, putOld);
        if (e != 0)
            return e;
        foreach (KernelTask other in task.Process.Pids.Tasks.Snapshot())
            other.FileSystem?.Replace(root, newRoot);
        return 0;
    }

    /// <summary>Whether a mount is in the task's namespace.</summary>
    internal static bool IsHere(KernelTask task, Mount mount) => ReferenceEquals(mount.Namespace, task.FileSystem.Mounts);

    private static Errno AttachOrDiscard(MountTable table, Mount mount, VfsPath at)
    {
        Errno e = table.Attach(mount, at);
        if (e != 0)
            table.Discard(mount);
        return e;
    }
}
