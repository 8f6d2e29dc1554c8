using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Syscalls;

/// <summary>Offset, size and storage of open files.</summary>
internal static class PositionCalls
{
    /// <summary>Moves the offset. lseek(2).</summary>
    [Syscall(X64 = 8, I386 = 19)]
    internal static SysResult Lseek(KernelTask task, Fd fd, long offset, SeekWhence whence) =>
        task.Files[fd] is { } file ? file.Seek(offset, whence) : Errno.EBADF;

    /// <summary>lseek(2) of i386 programs, with offsets of 64 bits. _llseek(2).</summary>
    [Syscall(I386 = 140, Name = "_llseek")]
    internal static SysResult Llseek(KernelTask task, Fd fd, uint high, uint low, UserPointer<long> result, SeekWhence whence)
    {
        SysResult position = Lseek(task, fd, (long)(((ulong)high << 32) | low), whence);
        return position.IsError || task.Memory.TryWrite(result, position.Value) ? position.IsError ? position : 0 : Errno.EFAULT;
    }

    /// <summary>Changes a file's size by its path. truncate(2).</summary>
    [Syscall(X64 = 76, I386 = 92)]
    [Syscall(I386 = 193, Name = "truncate64", Wide = true)]
    internal static SysResult Truncate(KernelTask task, UserCString path, long length)
    {
        if (length < 0)
            return Errno.EINVAL;
        Errno e = UserPath.Resolve(task, Fd.AT_FDCWD, path, WalkFlags.Follow, out VfsPath found);
        if (e != 0)
            return e;
        InodeAccess access = found.Inode.Access;
        if (!access.IsRegular)
            return access.IsDirectory ? Errno.EISDIR : Errno.EINVAL;
        if (found.Mount.IsReadOnly)
            return Errno.EROFS;
        e = Permissions.Check(access, task.Credentials, AccessMode.W_OK);
        if (e != 0)
            return e;
        if (access.IsAppendOnly)
            return Errno.EPERM;
        FileLeases leases = task.FileSystem.Vfs.Locks.Leases;
        if (!leases.AreThere || !leases.Break(found.Inode, writes: true))
            return ResizeUnopened(task, found, length);
        return LeaseWait.Block(task, waiter => leases.Break(found.Inode, writes: true) ? Errno.EAGAIN : ResizeUnopened(waiter, found, length));
    }

    /// <summary>Changes an open file's size. ftruncate(2).</summary>
    [Syscall(X64 = 77, I386 = 93)]
    [Syscall(I386 = 194, Name = "ftruncate64", Wide = true)]
    internal static SysResult Ftruncate(KernelTask task, Fd fd, long length)
    {
        return task.Files[fd] is { IsPath: false } file ? Truncate(task, file, length) : Errno.EBADF;
    }

    /// <summary>The same, of a description.</summary>
    internal static SysResult Truncate(KernelTask task, OpenFileDescription file, long length)
    {
        if (length < 0 || !file.Writable || !file.File.Inode.Access.IsRegular)
            return Errno.EINVAL;
        return file.File.Inode.Access.IsAppendOnly ? Errno.EPERM : Resize(task, file.Path, file.File.Inode, length);
    }

    /// <summary>Gives or takes storage. fallocate(2).</summary>
    [Syscall(X64 = 285)]
    [Syscall(I386 = 324, Wide = true)]
    internal static SysResult Fallocate(KernelTask task, Fd fd, FallocateMode mode, long offset, long length)
    {
        return task.Files[fd] is { IsPath: false } file ? Allocate(task, file, mode, offset, length) : Errno.EBADF;
    }

    /// <summary>The same, of a description.</summary>
    internal static SysResult Allocate(KernelTask task, OpenFileDescription file, FallocateMode mode, long offset, long length)
    {
        if (offset < 0 || length <= 0)
            return Errno.EINVAL;
        if (!IsKnown(mode))
            return Errno.EOPNOTSUPP;
        if (!file.Writable)
            return Errno.EBADF;
        InodeAccess access = file.File.Inode.Access;
        if (access.IsImmutable || (access.IsAppendOnly && (mode & ~FallocateMode.FALLOC_FL_KEEP_SIZE) != 0))
            return Errno.EPERM;
        if (access.Type == FileModeBits.S_IFIFO)
            return Errno.ESPIPE;
        if (access.Type is not FileModeBits.S_IFREG and not FileModeBits.S_IFBLK)
            return access.IsDirectory ? Errno.EISDIR : Errno.ENODEV;
        if (offset > long.MaxValue - length)
            return Errno.EFBIG;
        if (file.File is not ISyncable storage)
            return Errno.EOPNOTSUPP;
        bool grows = (mode & (FallocateMode.FALLOC_FL_KEEP_SIZE | FallocateMode.FALLOC_FL_COLLAPSE_RANGE)) == 0;
        if (grows && FileSizeLimit.Exceeds(task, file.File.Inode, offset + length))
            return Errno.EFBIG;
        Errno e = storage.Allocate(mode, offset, length);
        if (e == 0)
            file.Report(FileEvents.IN_MODIFY);
        return e;
    }

    // One thing at a time; a hole keeps the size, and what moves the rest changes it.
    private static bool IsKnown(FallocateMode mode)
    {
        bool keeps = (mode & FallocateMode.FALLOC_FL_KEEP_SIZE) != 0;
        return (mode & ~FallocateMode.FALLOC_FL_KEEP_SIZE) switch
        {
            0 or FallocateMode.FALLOC_FL_ZERO_RANGE or FallocateMode.FALLOC_FL_UNSHARE_RANGE => true,
            FallocateMode.FALLOC_FL_PUNCH_HOLE => keeps,
            FallocateMode.FALLOC_FL_COLLAPSE_RANGE or FallocateMode.FALLOC_FL_INSERT_RANGE => !keeps,
            _ => false,
        };
    }

    /// <summary>Writes an open file back. fsync(2).</summary>
    [Syscall(X64 = 74, I386 = 118)]
    internal static SysResult Fsync(KernelTask task, Fd fd) => Sync(task, fd, dataOnly: false);

    /// <summary>Writes an open file's content back. fdatasync(2).</summary>
    [Syscall(X64 = 75, I386 = 148)]
    internal static SysResult Fdatasync(KernelTask task, Fd fd) => Sync(task, fd, dataOnly: true);

    /// <summary>Writes back what the zone's file systems have in memory alone. sync(2).</summary>
    [Syscall(X64 = 162, I386 = 36)]
    internal static SysResult Sync(KernelTask task)
    {
        IBackgroundSync[] all = [.. task.FileSystem.Mounts.Snapshot().Select(m => m.FileSystem).Distinct().OfType<IBackgroundSync>()];
        if (all.Length == 0)
            return 0;
        var wait = new SyncWait(all.Length);
        foreach (IBackgroundSync fileSystem in all)
            fileSystem.BeginSync(dataOnly: false, wait);
        return task.Block(wait.Queue, wait, restart: Restart.Always);
    }

    /// <summary>Writes a file system back. syncfs(2).</summary>
    [Syscall(X64 = 306, I386 = 344)]
    internal static SysResult Syncfs(KernelTask task, Fd fd) => task.Files[fd] is { IsPath: false } file
        ? WriteBack(task, file.File.Inode.FileSystem as IBackgroundSync, dataOnly: false)
        : Errno.EBADF;

    /// <summary>Writes a range back. sync_file_range(2).</summary>
    [Syscall(X64 = 277)]
    [Syscall(I386 = 314, Wide = true)]
    internal static SysResult SyncFileRange(KernelTask task, Fd fd, long offset, long length, uint flags)
    {
        return task.Files[fd] is { IsPath: false } file ? SyncRange(file, offset, length, flags) : Errno.EBADF;
    }

    /// <summary>The same, of a description.</summary>
    internal static SysResult SyncRange(OpenFileDescription file, long offset, long length, uint flags)
    {
        if ((flags & ~7u) != 0 || offset < 0 || length < 0)
            return Errno.EINVAL;
        return file.File is ISyncable ? 0 : Errno.ESPIPE;
    }

    /// <summary>A hint, not needed: the host reads ahead by itself. posix_fadvise(2).</summary>
    [Syscall(X64 = 221)]
    [Syscall(I386 = 272, Name = "fadvise64_64", Wide = true)]
    internal static SysResult Fadvise64(KernelTask task, Fd fd, long offset, long length, int advice)
    {
        return task.Files[fd] is { IsPath: false } file ? Advise(file, length, advice) : Errno.EBADF;
    }

    /// <summary>The same, with a length of 32 bits.</summary>
    [Syscall(I386 = 250, Name = "fadvise64", Wide = true)]
    internal static SysResult FadviseShort(KernelTask task, Fd fd, long offset, uint length, int advice) =>
        Fadvise64(task, fd, offset, length, advice);

    /// <summary>The same, of a description.</summary>
    internal static SysResult Advise(OpenFileDescription file, long length, int advice)
    {
        if (file.File is not ISeekable and not IOwnOffset)
            return Errno.ESPIPE;
        return advice is < 0 or > 5 || length < 0 ? Errno.EINVAL : 0;
    }

    /// <summary>A hint, not needed: the host reads ahead by itself. readahead(2).</summary>
    [Syscall(X64 = 187)]
    [Syscall(I386 = 225, Wide = true)]
    internal static SysResult Readahead(KernelTask task, Fd fd, long offset, nuint count)
    {
        if (task.Files[fd] is not { Readable: true } file)
            return Errno.EBADF;
        return file.File is ISyncable ? 0 : Errno.EINVAL;
    }

    private static SysResult Sync(KernelTask task, Fd fd, bool dataOnly)
    {
        if (task.Files[fd] is not { IsPath: false } file)
            return Errno.EBADF;
        IBackgroundSync? background = file.File as IBackgroundSync ?? (file.File is IDirectoryFile ? file.File.Inode.FileSystem as IBackgroundSync : null);
        return background is not null ? WriteBack(task, background, dataOnly) : Sync(file, dataOnly);
    }

    private static SysResult WriteBack(KernelTask task, IBackgroundSync? what, bool dataOnly)
    {
        if (what is null)
            return 0;
        var wait = new SyncWait();
        what.BeginSync(dataOnly, wait);
        return task.Block(wait.Queue, wait, restart: Restart.Always);
    }

    /// <summary>fsync(2) of a description.</summary>
    internal static SysResult Sync(OpenFileDescription file, bool dataOnly)
    {
        if (file.File is ISyncable storage)
            return storage.Sync(dataOnly);
        return file.File is IDirectoryFile ? 0 : Errno.EINVAL;
    }

    // Whoever truncates a file writes to it meanwhile: ETXTBSY.
    private static SysResult ResizeUnopened(KernelTask task, VfsPath place, long length)
    {
        if (place.Inode is not ICountedInode counted)
            return Resize(task, place, place.Inode, length);
        if (!counted.Opens.TryAddWriter())
            return Errno.ETXTBSY;
        SysResult result = Resize(task, place, counted, length);
        counted.Opens.RemoveWriter();
        return result;
    }

    private static SysResult Resize(KernelTask task, VfsPath place, IInode inode, long length) => FileSizeLimit.Exceeds(task, inode, length)
        ? Errno.EFBIG
        : PathOperations.SetAttributes(task, place, inode, new AttributeChange { Size = (ulong)length, Now = task.FileSystem.Vfs.Now });
}
