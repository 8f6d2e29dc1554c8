using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Vfs;

/// <content>open(2).</content>
public static partial class PathOperations
{
    /// <summary>
    /// Opens (and with O_CREAT makes) what a path names. EAGAIN: a FIFO whose other end is not open yet; the caller waits on
    /// <paramref name="opened"/>'s file and tries again through <see cref="OpenFound"/>.
    /// </summary>
    public static Errno Open(
        KernelTask task, VfsPath start, ReadOnlySpan<byte> path, OpenFlags flags, uint mode, ResolveFlags resolve,
        out OpenFileDescription? opened)
    {
        const int Attempts = 8;
        Errno e = 0;
        opened = null;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            // ESTALE: somebody else gave the name to another file between the walk and the open.
            e = OpenOnce(task, start, path, flags, mode, resolve, out opened);
            if (e != Errno.ESTALE)
                return e;
        }
        return e;
    }

    private static Errno OpenOnce(
        KernelTask task, VfsPath start, ReadOnlySpan<byte> path, OpenFlags flags, uint mode, ResolveFlags resolve,
        out OpenFileDescription? opened)
    {
        opened = null;
        if ((flags & OpenFlags.O_PATH) != 0)
            flags &= OpenFlags.O_PATH | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC;
        bool temporary = (flags & OpenFlags.O_TMPFILE) == OpenFlags.O_TMPFILE;
        bool create = (flags & OpenFlags.O_CREAT) != 0 && !temporary;
        bool exclusive = create && (flags & OpenFlags.O_EXCL) != 0;
        WalkFlags how = create ? WalkFlags.Parent : WalkFlags.None;
        if ((flags & OpenFlags.O_NOFOLLOW) == 0 && !exclusive)
            how |= WalkFlags.Follow;
        if ((flags & OpenFlags.O_DIRECTORY) != 0)
            how |= WalkFlags.Directory;
        VfsPath root = (resolve & ResolveFlags.RESOLVE_IN_ROOT) != 0 ? start : task.FileSystem.Root;
        var walk = new PathWalk(start, root, task.Credentials, path, how, resolve);
        try
        {
            Errno e = walk.Run();
            if (e != 0)
                return e;
            if (temporary)
                return OpenTemporary(task, walk.At, flags, mode, out opened);
            VfsPath found = walk.At;
            bool created = false;
            if (create)
            {
                e = OpenOrCreate(task, ref walk, exclusive, mode, out found, out created);
                if (e == 0 && !created)
                    e = walk.At.Mount.Superblock.Protection.CheckOpen(found.Inode.Access, walk.At.Inode.Access, task.Credentials);
                if (e != 0)
                    return e;
            }
            return OpenFound(task, found, flags, created, out opened);
        }
        finally
        {
            walk.Dispose();
        }
    }

    /// <summary>
    /// Opens an existing place: the checks of open(2) on type, permission and truncation. <paramref name="quiet"/>: those who watch files
    /// do not hear of what is done with it. EAGAIN with <see cref="KernelTask.PendingQuestion"/>: they want to be asked, unless it
    /// <paramref name="isAllowed"/> already.
    /// </summary>
    public static Errno OpenFound(
        KernelTask task, VfsPath found, OpenFlags flags, bool created, out OpenFileDescription? opened, bool quiet = false, bool isAllowed = false)
    {
        opened = null;
        IInode inode = found.Inode;
        InodeAccess access = inode.Access;
        if ((flags & OpenFlags.O_PATH) != 0)
        {
            opened = new OpenFileDescription(new PathFile(inode), found, flags);
            opened.Enter(task.FileSystem.Vfs, quiet: quiet);
            return 0;
        }
        OpenFlags how = flags & OpenFlags.O_ACCMODE;
        bool writes = how != OpenFlags.O_RDONLY;
        if (access.IsSymbolicLink)
            return Errno.ELOOP;
        if (access.IsDirectory && (writes || (flags & (OpenFlags.O_CREAT | OpenFlags.O_TRUNC)) != 0))
            return Errno.EISDIR;
        if (!created)
        {
            Errno e = CheckOpen(task, found, access, flags);
            if (e != 0)
                return e;
        }
        if (!quiet && !isAllowed && task.FileSystem.Vfs.Watching is { AsksPermission: true } watching &&
            watching.Ask(found, inode, FileEvents.FAN_OPEN_PERM) is { } question)
        {
            question.WasCreated = created;
            task.PendingQuestion = question;
            return Errno.EAGAIN;
        }
        OpenFlags status = flags & ~(OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_NOCTTY | OpenFlags.O_TRUNC | OpenFlags.O_CLOEXEC);
        if (inode is IDirectoryInode directory)
        {
            Errno e = directory.OpenDirectory(out IDirectoryFile? listing);
            if (e == 0)
            {
                opened = new OpenFileDescription(listing!, found, status);
                opened.Enter(task.FileSystem.Vfs, quiet: quiet);
            }
            return e;
        }
        if (inode is not IOpenableInode openable)
            return Errno.ENXIO;
        // open(2), EOVERFLOW: whoever of i386 does not say O_LARGEFILE would not understand the size.
        if (task.CallAbi != GuestAbi.X64 && (flags & OpenFlags.O_LARGEFILE) == 0 && access.IsRegular &&
            inode.GetAttributes(out InodeAttributes known) == 0 && known.Size > int.MaxValue)
            return Errno.EOVERFLOW;
        var counted = inode as ICountedInode;
        if (counted is not null)
        {
            Errno e = CountOpening(task, counted, flags, created);
            if (e != 0)
                return e;
        }
        Errno result = openable.Open(created ? flags & ~OpenFlags.O_TRUNC : flags, out IFile? file);
        if (result == 0)
        {
            opened = new OpenFileDescription(file!, found, task.CallAbi == GuestAbi.X64 ? status | OpenFlags.O_LARGEFILE : status);
            opened.WasCreated = created && (flags & OpenFlags.O_TMPFILE) != OpenFlags.O_TMPFILE;
            if (counted is not null)
                opened.CountIn(counted);
            opened.Enter(task.FileSystem.Vfs, quiet: quiet);
            if (!created && access.IsRegular && (flags & OpenFlags.O_TRUNC) != 0)
                opened.ReportTruncation();
        }
        else if (counted is not null)
        {
            EndOpening(counted, writes);
        }
        return result;
    }

    // ETXTBSY: it is executed, and that is to stay as it is. EAGAIN: somebody has to give up a lease first.
    private static Errno CountOpening(KernelTask task, ICountedInode inode, OpenFlags flags, bool created)
    {
        bool writes = (flags & OpenFlags.O_ACCMODE) != OpenFlags.O_RDONLY;
        bool truncates = (flags & OpenFlags.O_TRUNC) != 0;
        if ((writes || truncates) && !inode.Opens.TryAddWriter())
            return Errno.ETXTBSY;
        if (!writes)
        {
            inode.Opens.AddReaders(1);
            if (truncates)
                inode.Opens.RemoveWriter();
        }
        FileLeases leases = task.FileSystem.Vfs.Locks.Leases;
        if (created || !leases.AreThere || !leases.Break(inode, writes || truncates))
            return 0;
        EndOpening(inode, writes);
        return Errno.EAGAIN;
    }

    private static void EndOpening(ICountedInode inode, bool writes)
    {
        if (writes)
            inode.Opens.RemoveWriter();
        else
            inode.Opens.AddReaders(-1);
    }

    private static Errno OpenOrCreate(
        KernelTask task, ref PathWalk walk, bool exclusive, uint mode, out VfsPath found, out bool created)
    {
        found = walk.At;
        created = false;
        if (walk.Last.IsEmpty)
            return exclusive ? Errno.EEXIST : walk.At.Inode.Access.IsDirectory ? Errno.EISDIR : 0;
        found = walk.Child;
        if (found.Dentry?.Inode is not null)
            return exclusive ? Errno.EEXIST : walk.TrailingSlash && !found.Inode.Access.IsDirectory ? Errno.ENOTDIR : 0;
        if (walk.TrailingSlash)
            return Errno.EISDIR;
        Dentry parent = walk.At.Dentry;
        lock (parent.Gate)
        {
            Errno result = CreateLocked(
                task, walk.At, walk.Last, FileModeBits.S_IFREG | (mode & FileModeBits.PermissionMask), 0, default, out Dentry? made);
            if (result == 0)
            {
                found = new VfsPath(walk.At.Mount, made!);
                created = true;
                return 0;
            }
            // Somebody else made it between the walk and the gate: it is opened, unless O_EXCL.
            if (result == Errno.EEXIST && !exclusive && parent.Inode is IDirectoryInode directory &&
                DentryWalk.LookupLocked(parent, directory, walk.Last, out Dentry? other) == 0 && other?.Inode is not null)
            {
                found = new VfsPath(walk.At.Mount, other);
                return 0;
            }
            return result;
        }
    }

    private static Errno OpenTemporary(KernelTask task, VfsPath at, OpenFlags flags, uint mode, out OpenFileDescription? opened)
    {
        opened = null;
        if ((flags & OpenFlags.O_ACCMODE) == OpenFlags.O_RDONLY)
            return Errno.EINVAL;
        if (at.Inode is not IDirectoryInode directory)
            return Errno.ENOTDIR;
        if (at.Mount.IsReadOnly)
            return Errno.EROFS;
        Errno e = Permissions.Check(directory.Access, task.Credentials, AccessMode.W_OK | AccessMode.X_OK);
        if (e != 0)
            return e;
        mode = FileModeBits.S_IFREG | (mode & FileModeBits.PermissionMask);
        e = directory.Create(default, Describe(task, directory.Access, mode, 0, default), out IInode? inode);
        if (e != 0)
            return e;
        InodeAttributes attributes = default;
        inode!.GetAttributes(out attributes);
        Dentry dentry = Dentry.CreateUnlinked(at.Dentry, System.Text.Encoding.ASCII.GetBytes($"#{attributes.Inode}"), inode);
        return OpenFound(task, new VfsPath(at.Mount, dentry), flags & ~(OpenFlags.O_TMPFILE | OpenFlags.O_CREAT), created: true, out opened);
    }

    private static Errno CheckOpen(KernelTask task, VfsPath found, InodeAccess access, OpenFlags flags)
    {
        AccessMode wanted = (flags & OpenFlags.O_ACCMODE) switch
        {
            OpenFlags.O_RDONLY => AccessMode.R_OK,
            OpenFlags.O_WRONLY => AccessMode.W_OK,
            _ => AccessMode.R_OK | AccessMode.W_OK,
        };
        if ((flags & OpenFlags.O_TRUNC) != 0)
            wanted |= AccessMode.W_OK;
        bool isDevice = access.Type is FileModeBits.S_IFCHR or FileModeBits.S_IFBLK;
        if (isDevice && (found.Mount.Flags & MountFlags.MS_NODEV) != 0)
            return Errno.EACCES;
        if ((wanted & AccessMode.W_OK) != 0 && (access.IsRegular || access.IsDirectory) && found.Mount.IsReadOnly)
            return Errno.EROFS;
        Errno e = Permissions.Check(access, task.Credentials, wanted);
        if (e != 0)
            return e;
        bool writes = (flags & OpenFlags.O_ACCMODE) != OpenFlags.O_RDONLY;
        if (access.IsAppendOnly && ((writes && (flags & OpenFlags.O_APPEND) == 0) || (flags & OpenFlags.O_TRUNC) != 0))
            return Errno.EPERM;
        return (flags & OpenFlags.O_NOATIME) != 0 && !Permissions.IsOwner(access, task.Credentials) ? Errno.EPERM : 0;
    }
}
