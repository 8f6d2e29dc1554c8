using Zonix.Kernel.Tasks;
using Zonix.Kernel.Watching;

namespace Zonix.Kernel.Vfs;

/// <content>renameat2(2).</content>
public static partial class PathOperations
{
    /// <summary>Moves an entry. Locks: the file system's rename gate, then the directories' gates, an ancestor before its descendant.</summary>
    public static Errno Rename(
        KernelTask task, VfsPath fromStart, ReadOnlySpan<byte> from, VfsPath toStart, ReadOnlySpan<byte> to, RenameFlags flags)
    {
        PathWalk source = StartAtParent(task, fromStart, from);
        PathWalk target = StartAtParent(task, toStart, to);
        try
        {
            Errno e = source.Run();
            if (e != 0 || (e = target.Run()) != 0)
                return e;
            if (!ReferenceEquals(source.At.Mount, target.At.Mount))
                return Errno.EXDEV;
            if (source.Last.IsEmpty)
                return Errno.EBUSY;
            if (target.Last.IsEmpty)
                return (flags & RenameFlags.RENAME_NOREPLACE) != 0 ? Errno.EEXIST : Errno.EBUSY;
            Dentry first = source.At.Dentry, second = target.At.Dentry;
            if (ReferenceEquals(first, second))
            {
                lock (first.Gate)
                    return RenameLocked(task, ref source, ref target, flags);
            }
            lock (source.At.Mount.FileSystem.RenameGate)
            {
                if (first.IsWithin(second))
                    (first, second) = (second, first);
                lock (first.Gate)
                {
                    lock (second.Gate)
                        return RenameLocked(task, ref source, ref target, flags);
                }
            }
        }
        finally
        {
            source.Dispose();
            target.Dispose();
        }
    }

    private static Errno RenameLocked(KernelTask task, ref PathWalk source, ref PathWalk target, RenameFlags flags)
    {
        Dentry fromParent = source.At.Dentry, toParent = target.At.Dentry;
        if (fromParent.Inode is not IDirectoryInode fromDirectory || toParent.Inode is not IDirectoryInode toDirectory ||
            fromParent.IsUnlinked || toParent.IsUnlinked)
            return Errno.ENOENT;
        Errno e = DentryWalk.LookupLocked(fromParent, fromDirectory, source.Last, out Dentry? moved);
        if (e != 0 || (e = DentryWalk.LookupLocked(toParent, toDirectory, target.Last, out Dentry? replaced)) != 0)
            return e;
        if (moved?.Inode is not { } inode)
            return Errno.ENOENT;
        e = CheckRename(task, ref source, ref target, moved, replaced, flags);
        if (e != 0)
            return e;
        IInode? victim = replaced?.Inode;
        if (ReferenceEquals(victim, inode) && (flags & RenameFlags.RENAME_EXCHANGE) == 0)
            return 0;
        if (victim is { Access.IsDirectory: true } && (flags & RenameFlags.RENAME_EXCHANGE) == 0)
        {
            lock (replaced!.Gate)
                e = Carry(task.FileSystem.Vfs, fromParent, toParent, moved, target.Last, replaced, flags);
        }
        else
        {
            e = Carry(task.FileSystem.Vfs, fromParent, toParent, moved, target.Last, replaced, flags);
        }
        if (e == 0 && task.FileSystem.Vfs.Watching is { IsActive: true } watching)
            ReportRename(watching, ref source, ref target, moved, replaced, flags);
        return e;
    }

    /// <summary>Does it; under both directories' gates and that of a directory that is replaced.</summary>
    internal static Errno Carry(
        VirtualFileSystem? vfs, Dentry fromParent, Dentry toParent, Dentry moved, ReadOnlySpan<byte> name, Dentry? replaced, RenameFlags flags)
    {
        var from = (IDirectoryInode)fromParent.Inode!;
        var to = (IDirectoryInode)toParent.Inode!;
        Errno e = from.Rename(moved.Name, moved.Inode!, to, name, replaced?.Inode, flags);
        if (e != 0)
            return e;
        byte[] oldName = moved.Name.ToArray(), newName = name.ToArray();
        bool exchange = (flags & RenameFlags.RENAME_EXCHANGE) != 0;
        if (replaced is not null && !exchange)
        {
            replaced.Detach();
            // Mounted on in another namespace only.
            if (replaced.Covers is not null)
                vfs?.Mounts.DetachFrom(replaced);
        }
        if (exchange)
        {
            // Out of the way first, so that no two children ever have one name.
            fromParent.Forget(moved);
            replaced!.Move(fromParent, oldName);
        }
        moved.Move(toParent, newName);
        return 0;
    }

    private static void ReportRename(
        FileWatching watching, ref PathWalk source, ref PathWalk target, Dentry moved, Dentry? replaced, RenameFlags flags)
    {
        Dentry from = source.At.Dentry, to = target.At.Dentry;
        bool exchange = (flags & RenameFlags.RENAME_EXCHANGE) != 0;
        Dentry? victim = exchange || replaced?.Inode is null ? null : replaced;
        watching.Moved(from, source.Last, to, target.Last, moved, victim);
        if (exchange)
            watching.Moved(to, target.Last, from, source.Last, replaced!, null);
    }

    private static Errno CheckRename(
        KernelTask task, ref PathWalk source, ref PathWalk target, Dentry moved, Dentry? replaced, RenameFlags flags)
    {
        IInode inode = moved.Inode!;
        IInode? victim = replaced?.Inode;
        bool exchange = (flags & RenameFlags.RENAME_EXCHANGE) != 0;
        bool isDirectory = inode.Access.IsDirectory;
        if (victim is null && exchange)
            return Errno.ENOENT;
        if (victim is not null && (flags & RenameFlags.RENAME_NOREPLACE) != 0)
            return Errno.EEXIST;
        if (!isDirectory && (source.TrailingSlash || (target.TrailingSlash && !exchange)))
            return Errno.ENOTDIR;
        // A directory does not move below itself, nor over one of its ancestors.
        if (target.At.Dentry.IsWithin(moved))
            return Errno.EINVAL;
        if (replaced is not null && victim is not null && source.At.Dentry.IsWithin(replaced))
            return exchange ? Errno.EINVAL : Errno.ENOTEMPTY;
        if (source.At.Mount.IsReadOnly)
            return Errno.EROFS;
        Credentials who = task.Credentials;
        Errno e = Permissions.CheckRemoval(source.At.Inode.Access, inode.Access, who);
        if (e != 0)
            return e;
        e = victim is null
            ? Permissions.Check(target.At.Inode.Access, who, AccessMode.W_OK | AccessMode.X_OK)
            : Permissions.CheckRemoval(target.At.Inode.Access, victim.Access, who);
        if (e != 0)
            return e;
        if (victim is not null && !exchange && victim.Access.IsDirectory != isDirectory)
            return isDirectory ? Errno.ENOTDIR : Errno.EISDIR;
        // Its own ".." changes when it gets another parent.
        if (isDirectory && !ReferenceEquals(source.At.Dentry, target.At.Dentry) &&
            (e = Permissions.Check(inode.Access, who, AccessMode.W_OK)) != 0)
            return e;
        MountNamespace space = task.FileSystem.Mounts;
        return MountTable.IsMountPoint(moved, space) || (replaced is not null && MountTable.IsMountPoint(replaced, space)) ? Errno.EBUSY : 0;
    }
}
