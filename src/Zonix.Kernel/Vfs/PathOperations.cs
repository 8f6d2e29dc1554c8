using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Vfs;

/// <summary>What calls do with paths: find, make, take away, move. Each is one call's rules from path_resolution(7) and its man page.</summary>
public static partial class PathOperations
{
    /// <summary>Finds the place a path names.</summary>
    public static Errno Resolve(KernelTask task, VfsPath start, ReadOnlySpan<byte> path, WalkFlags flags, out VfsPath found)
    {
        var walk = new PathWalk(start, task.FileSystem.Root, task.Credentials, path, flags);
        Errno e = walk.Run();
        found = walk.At;
        walk.Dispose();
        return e;
    }

    /// <summary>mkdir(2), mknod(2), symlink(2). <paramref name="mode"/> holds the type; the umask applies unless it is a link.</summary>
    public static Errno Create(
        KernelTask task, VfsPath start, ReadOnlySpan<byte> path, uint mode, ulong rdev = 0, ReadOnlySpan<byte> target = default)
    {
        PathWalk walk = StartAtParent(task, start, path);
        try
        {
            Errno e = walk.Run();
            if (e != 0)
                return e;
            if (walk.Last.IsEmpty || walk.Child.Dentry?.Inode is not null)
                return Errno.EEXIST;
            bool isDirectory = (mode & FileModeBits.S_IFMT) == FileModeBits.S_IFDIR;
            if (walk.TrailingSlash && !isDirectory)
                return Errno.ENOENT;
            Dentry parent = walk.At.Dentry;
            lock (parent.Gate)
                return CreateLocked(task, walk.At, walk.Last, mode, rdev, target, out _);
        }
        finally
        {
            walk.Dispose();
        }
    }

    /// <summary>unlink(2), rmdir(2).</summary>
    public static Errno Remove(KernelTask task, VfsPath start, ReadOnlySpan<byte> path, bool directory)
    {
        PathWalk walk = StartAtParent(task, start, path);
        try
        {
            Errno e = walk.Run();
            if (e != 0)
                return e;
            if (walk.Last.IsEmpty)
                return directory ? EndsInDots(path) : Errno.EISDIR;
            Dentry parent = walk.At.Dentry;
            Dentry? victim;
            lock (parent.Gate)
                e = RemoveLocked(task, ref walk, directory, out victim);
            if (e == 0 && victim!.Covers is not null)
                task.FileSystem.Vfs.Mounts.DetachFrom(victim);
            return e;
        }
        finally
        {
            walk.Dispose();
        }
    }

    /// <summary>link(2): one more name for what <paramref name="target"/> names.</summary>
    public static Errno Link(KernelTask task, VfsPath target, VfsPath start, ReadOnlySpan<byte> path)
    {
        PathWalk walk = StartAtParent(task, start, path);
        try
        {
            Errno e = walk.Run();
            if (e != 0)
                return e;
            if (walk.Last.IsEmpty || walk.Child.Dentry?.Inode is not null)
                return Errno.EEXIST;
            if (!ReferenceEquals(target.Mount, walk.At.Mount))
                return Errno.EXDEV;
            if (target.Inode.Access is { IsDirectory: true } or { IsFixed: true })
                return Errno.EPERM;
            if (walk.TrailingSlash)
                return Errno.ENOENT;
            Dentry parent = walk.At.Dentry;
            lock (parent.Gate)
            {
                e = PrepareCreation(task, walk.At, walk.Last, out IDirectoryInode? directory, out Dentry? slot);
                if (e != 0 || (e = directory!.Link(walk.Last, target.Inode)) != 0)
                    return e;
                Dentry made = Fill(parent, directory, slot, walk.Last, target.Inode);
                if (task.FileSystem.Vfs.Watching is { IsActive: true } watching)
                    watching.Linked(parent, walk.Last, made);
                return 0;
            }
        }
        finally
        {
            walk.Dispose();
        }
    }

    /// <summary>Makes an entry; the directory's gate is held. EEXIST when somebody was faster.</summary>
    internal static Errno CreateLocked(
        KernelTask task, VfsPath parent, ReadOnlySpan<byte> name, uint mode, ulong rdev, ReadOnlySpan<byte> target, out Dentry? made)
    {
        made = null;
        Errno e = PrepareCreation(task, parent, name, out IDirectoryInode? directory, out Dentry? slot);
        if (e != 0)
            return e;
        e = directory!.Create(name, Describe(task, directory.Access, mode, rdev, target), out IInode? inode);
        if (e != 0)
            return e;
        made = Fill(parent.Dentry, directory, slot, name, inode!);
        if (task.FileSystem.Vfs.Watching is { IsActive: true } watching)
            watching.Created(parent.Dentry, name, made);
        return 0;
    }

    // What a new inode is like: inode(7) on set-group-ID directories, acl(5) on default lists, umask(2).
    private static NewInode Describe(KernelTask task, InodeAccess above, uint mode, ulong rdev, ReadOnlySpan<byte> target)
    {
        uint type = mode & FileModeBits.S_IFMT, wanted = mode;
        FileAcls? acls = null;
        if (type != FileModeBits.S_IFLNK)
        {
            if (above.Acls?.Default is { } inherited)
            {
                FileAcl own = inherited.Inherit(ref mode);
                own.ToMode(mode, out bool isMode);
                acls = FileAcls.Of(isMode ? null : own, type == FileModeBits.S_IFDIR ? inherited : null);
            }
            else
            {
                mode &= ~task.FileSystem.Umask;
            }
        }
        uint gid = task.Credentials.FsGid;
        if ((above.Mode & FileModeBits.S_ISGID) != 0)
        {
            gid = above.Gid;
            if (type == FileModeBits.S_IFDIR)
                mode |= FileModeBits.S_ISGID;
            else if ((wanted & (FileModeBits.S_ISGID | FileModeBits.S_IXGRP)) == (FileModeBits.S_ISGID | FileModeBits.S_IXGRP) &&
                !Permissions.KeepsSetGid(above, task.Credentials))
                mode &= ~FileModeBits.S_ISGID;
        }
        return new NewInode(mode, task.Credentials.FsUid, gid, rdev, target, acls);
    }

    private static PathWalk StartAtParent(KernelTask task, VfsPath start, ReadOnlySpan<byte> path) =>
        new(start, task.FileSystem.Root, task.Credentials, path, WalkFlags.Parent);

    private static Errno PrepareCreation(
        KernelTask task, VfsPath parent, ReadOnlySpan<byte> name, out IDirectoryInode? directory, out Dentry? slot)
    {
        slot = null;
        directory = parent.Dentry.Inode as IDirectoryInode;
        if (directory is null || parent.Dentry.IsUnlinked)
            return Errno.ENOENT;
        Errno e = DentryWalk.LookupLocked(parent.Dentry, directory, name, out slot);
        if (e != 0)
            return e;
        if (slot?.Inode is not null)
            return Errno.EEXIST;
        if (parent.Mount.IsReadOnly)
            return Errno.EROFS;
        return Permissions.Check(directory.Access, task.Credentials, AccessMode.W_OK | AccessMode.X_OK);
    }

    internal static Dentry Fill(Dentry parent, IDirectoryInode directory, Dentry? slot, ReadOnlySpan<byte> name, IInode inode)
    {
        if (slot is not null)
        {
            slot.MakePositive(inode);
            return slot;
        }
        return directory.CachesNames ? parent.AddChild(name, inode) : Dentry.CreateTransient(parent, name, inode);
    }

    private static Errno RemoveLocked(KernelTask task, ref PathWalk walk, bool wantsDirectory, out Dentry? victim)
    {
        Dentry parent = walk.At.Dentry;
        victim = null;
        if (parent.Inode is not IDirectoryInode directory || parent.IsUnlinked)
            return Errno.ENOENT;
        Errno e = DentryWalk.LookupLocked(parent, directory, walk.Last, out victim);
        if (e != 0)
            return e;
        if (victim?.Inode is not { } inode)
            return Errno.ENOENT;
        if (walk.At.Mount.IsReadOnly)
            return Errno.EROFS;
        e = Permissions.CheckRemoval(directory.Access, inode.Access, task.Credentials);
        if (e != 0)
            return e;
        bool isDirectory = inode.Access.IsDirectory;
        if (wantsDirectory != isDirectory)
            return wantsDirectory ? Errno.ENOTDIR : Errno.EISDIR;
        if (walk.TrailingSlash && !isDirectory)
            return Errno.ENOTDIR;
        if (MountTable.IsMountPoint(victim, task.FileSystem.Mounts))
            return Errno.EBUSY;
        if (!isDirectory)
        {
            e = directory.Unlink(walk.Last, inode);
        }
        else
        {
            // Nothing may be made in it between the look at its emptiness and its end.
            lock (victim.Gate)
            {
                e = directory.RemoveDirectory(walk.Last, inode);
                if (e == 0)
                    victim.Detach();
            }
        }
        if (e != 0)
            return e;
        if (!isDirectory)
            victim.Detach();
        if (task.FileSystem.Vfs.Watching is { IsActive: true } watching)
            watching.Removed(parent, walk.Last, victim);
        return 0;
    }

    private static Errno EndsInDots(ReadOnlySpan<byte> path)
    {
        path = path.TrimEnd((byte)'/');
        if (path.EndsWith(".."u8))
            return Errno.ENOTEMPTY;
        return path.EndsWith("."u8) ? Errno.EINVAL : Errno.EBUSY;
    }
}
