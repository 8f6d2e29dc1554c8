namespace Zonix.Kernel.Vfs;

/// <summary>The walk of a file system that keeps its tree in dentries.</summary>
public static class DentryWalk
{
    /// <summary>Walks while the path stays in the file system it began in.</summary>
    public static Errno Walk(ref PathWalk walk)
    {
        IFileSystem here = walk.At.Mount.FileSystem;
        while (walk.TryNext(out ReadOnlySpan<byte> name, out bool last))
        {
            if (walk.At.Dentry.Inode is not IDirectoryInode directory)
                return Errno.ENOTDIR;
            Errno e = Permissions.Check(directory.Access, walk.Credentials, AccessMode.X_OK);
            if (e != 0)
                return e;
            if (name is [(byte)'.'])
                continue;
            if (name is [(byte)'.', (byte)'.'])
            {
                if ((e = StepUp(ref walk)) != 0)
                    return e;
            }
            else if ((e = StepDown(ref walk, directory, name, last)) != 0)
            {
                return e;
            }
            if (!walk.Last.IsEmpty || !ReferenceEquals(walk.At.Mount.FileSystem, here))
                return 0;
        }
        return 0;
    }

    /// <summary>Finds a name in a directory: remembered, or asked of the file system and then remembered. ENOENT is not an error here.</summary>
    public static Errno Lookup(Dentry parent, IDirectoryInode directory, ReadOnlySpan<byte> name, out Dentry? child)
    {
        child = parent.FindChild(name);
        if (child is not null && (!child.IsRevalidated || IsCurrent(directory, child)))
            return 0;
        if (name.Length > PathWalk.NameMax)
            return Errno.ENAMETOOLONG;
        if (!directory.CachesNames)
        {
            Errno e = directory.Lookup(name, out IInode? inode);
            child = e == 0 ? Dentry.CreateTransient(parent, name, inode!) : null;
            return e == Errno.ENOENT ? 0 : e;
        }
        Errno result;
        lock (parent.Gate)
            result = LookupLocked(parent, directory, name, out child);
        parent.Cache?.Trim();
        return result;
    }

    /// <summary>As <see cref="Lookup"/>, under the directory's gate.</summary>
    internal static Errno LookupLocked(Dentry parent, IDirectoryInode directory, ReadOnlySpan<byte> name, out Dentry? child)
    {
        child = parent.FindChild(name);
        if (child is not null)
        {
            if (!child.IsRevalidated || IsCurrent(directory, child))
                return 0;
            child.Detach();
            child = null;
        }
        if (name.Length > PathWalk.NameMax)
            return Errno.ENAMETOOLONG;
        Errno e = directory.Lookup(name, out IInode? inode);
        if (e != 0 && e != Errno.ENOENT)
            return e;
        if (!directory.CachesNames)
            child = e == 0 ? Dentry.CreateTransient(parent, name, inode!) : null;
        else if (e == 0 || !parent.IsUnlinked)
            child = parent.AddChild(name, inode);
        return 0;
    }

    // What is mounted on stays, whatever somebody else does to the name below.
    private static bool IsCurrent(IDirectoryInode directory, Dentry child) =>
        child.Covers is not null || ((IRevalidatedDirectory)directory).IsCurrent(child.Name, child.Inode);

    private static Errno StepUp(ref PathWalk walk)
    {
        VfsPath at = walk.At;
        VfsPath bound = (walk.Resolve & (ResolveFlags.RESOLVE_BENEATH | ResolveFlags.RESOLVE_IN_ROOT)) != 0 ? walk.Start : walk.Root;
        while (true)
        {
            if (at == bound)
            {
                if ((walk.Resolve & ResolveFlags.RESOLVE_BENEATH) != 0)
                    return Errno.EXDEV;
                break;
            }
            if (!ReferenceEquals(at.Dentry, at.Mount.Root))
            {
                at = MountNamespace.Descend(new VfsPath(at.Mount, at.Dentry.Parent));
                break;
            }
            if (at.Mount.MountPoint.IsNull)
                break;
            if ((walk.Resolve & ResolveFlags.RESOLVE_NO_XDEV) != 0)
                return Errno.EXDEV;
            at = at.Mount.MountPoint;
        }
        walk.At = at;
        return 0;
    }

    private static Errno StepDown(ref PathWalk walk, IDirectoryInode directory, ReadOnlySpan<byte> name, bool last)
    {
        Errno e = Lookup(walk.At.Dentry, directory, name, out Dentry? child);
        if (e != 0)
            return e;
        IInode? inode = child?.Inode;
        bool toParent = last && (walk.Flags & WalkFlags.Parent) != 0;
        if (inode is null)
        {
            if (!toParent)
                return Errno.ENOENT;
            walk.Last = name;
            walk.Child = new VfsPath(walk.At.Mount, child!);
            return 0;
        }
        if (inode is ISymbolicLink link && (!last || walk.TrailingSlash || (walk.Flags & WalkFlags.Follow) != 0))
        {
            // mkdir("link/") and unlink("link/") look at the link itself: only following calls go through it.
            if (!toParent || (walk.Flags & WalkFlags.Follow) != 0)
            {
                e = last && link is not IMagicLink
                    ? walk.At.Mount.Superblock.Protection.CheckFollow(inode.Access, directory.Access, walk.Credentials) : 0;
                return e != 0 ? e : walk.Follow(link, walk.At, last);
            }
        }
        VfsPath found = new(walk.At.Mount, child!);
        if (child!.Covers is not null)
        {
            VfsPath covered = MountNamespace.Descend(found);
            if ((walk.Resolve & ResolveFlags.RESOLVE_NO_XDEV) != 0 && covered != found)
                return Errno.EXDEV;
            found = covered;
        }
        if (toParent)
        {
            walk.Last = name;
            walk.Child = found;
        }
        else
        {
            walk.At = found;
        }
        return 0;
    }
}
