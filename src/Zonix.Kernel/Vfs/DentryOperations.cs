namespace Zonix.Kernel.Vfs;

/// <summary>
/// What a file system that is built upon others does in their directories: as calls would, so that what is seen there
/// stays true, but without permission checks and without crossing mounts. The gates it takes are those of the layers'
/// dentries, which come after the gates of the file system above them.
/// </summary>
public static class DentryOperations
{
    /// <summary>The existing entry of that name; null when there is none.</summary>
    public static Errno Find(Dentry directory, ReadOnlySpan<byte> name, out Dentry? found)
    {
        ArgumentNullException.ThrowIfNull(directory);
        found = null;
        if (directory.Inode is not IDirectoryInode inode)
            return Errno.ENOTDIR;
        Errno e = DentryWalk.Lookup(directory, inode, name, out Dentry? child);
        if (e == 0 && child?.Inode is not null)
            found = child;
        return e;
    }

    /// <summary>Makes an entry. EEXIST.</summary>
    public static Errno Create(Dentry directory, ReadOnlySpan<byte> name, in NewInode what, out Dentry? made)
    {
        ArgumentNullException.ThrowIfNull(directory);
        made = null;
        lock (directory.Gate)
        {
            Errno e = Prepare(directory, name, out IDirectoryInode? parent, out Dentry? slot);
            if (e != 0 || (e = parent!.Create(name, what, out IInode? inode)) != 0)
                return e;
            made = PathOperations.Fill(directory, parent, slot, name, inode!);
            return 0;
        }
    }

    /// <summary>One more name for a file of the same file system. EEXIST.</summary>
    public static Errno Link(Dentry directory, ReadOnlySpan<byte> name, IInode target)
    {
        ArgumentNullException.ThrowIfNull(directory);
        lock (directory.Gate)
        {
            Errno e = Prepare(directory, name, out IDirectoryInode? parent, out Dentry? slot);
            if (e != 0 || (e = parent!.Link(name, target)) != 0)
                return e;
            PathOperations.Fill(directory, parent, slot, name, target);
            return 0;
        }
    }

    /// <summary>Takes an entry away: a file, or a directory that is empty. ENOENT, ENOTEMPTY.</summary>
    public static Errno Remove(Dentry directory, ReadOnlySpan<byte> name)
    {
        ArgumentNullException.ThrowIfNull(directory);
        lock (directory.Gate)
        {
            if (directory.Inode is not IDirectoryInode parent)
                return Errno.ENOTDIR;
            Errno e = DentryWalk.LookupLocked(directory, parent, name, out Dentry? victim);
            if (e != 0)
                return e;
            if (victim?.Inode is not { } inode)
                return Errno.ENOENT;
            lock (victim.Gate)
            {
                e = inode.Access.IsDirectory ? parent.RemoveDirectory(name, inode) : parent.Unlink(name, inode);
                if (e == 0)
                    victim.Detach();
            }
            return e;
        }
    }

    /// <summary>Moves an entry, over another one or in exchange with it. renameat2(2).</summary>
    public static Errno Rename(Dentry from, ReadOnlySpan<byte> name, Dentry to, ReadOnlySpan<byte> newName, RenameFlags flags)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        if (from.Inode is not IDirectoryInode source || to.Inode is not IDirectoryInode target)
            return Errno.ENOTDIR;
        Dentry first = from, second = to;
        if (first.IsWithin(second))
            (first, second) = (second, first);
        lock (source.FileSystem.RenameGate)
        {
            lock (first.Gate)
            {
                lock (second.Gate)
                {
                    Errno e = DentryWalk.LookupLocked(from, source, name, out Dentry? moved);
                    if (e != 0 || (e = DentryWalk.LookupLocked(to, target, newName, out Dentry? replaced)) != 0)
                        return e;
                    if (moved?.Inode is null || ((flags & RenameFlags.RENAME_EXCHANGE) != 0 && replaced?.Inode is null))
                        return Errno.ENOENT;
                    return PathOperations.Carry(null, from, to, moved, newName, replaced, flags);
                }
            }
        }
    }

    private static Errno Prepare(Dentry directory, ReadOnlySpan<byte> name, out IDirectoryInode? parent, out Dentry? slot)
    {
        slot = null;
        parent = directory.Inode as IDirectoryInode;
        if (parent is null || directory.IsUnlinked)
            return Errno.ENOENT;
        Errno e = DentryWalk.LookupLocked(directory, parent, name, out slot);
        if (e != 0)
            return e;
        return slot?.Inode is not null ? Errno.EEXIST : 0;
    }
}
