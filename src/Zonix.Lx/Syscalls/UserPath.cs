using System.Buffers;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Syscalls;

/// <summary>A path fetched from the guest, in pooled memory.</summary>
internal ref struct UserPath
{
    private byte[]? rented;

    /// <summary>The path without its terminator.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Fetches it: EFAULT, ENAMETOOLONG.</summary>
    public static Errno Read(KernelTask task, UserCString address, out UserPath path)
    {
        path = default;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(PathWalk.PathMax);
        int length = task.Memory.CopyInString(address.Address, buffer.AsSpan(0, PathWalk.PathMax));
        if (length is < 0 or >= PathWalk.PathMax)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            return length < 0 ? Errno.EFAULT : Errno.ENAMETOOLONG;
        }
        path.rented = buffer;
        path.Bytes = buffer.AsSpan(0, length);
        return 0;
    }

    /// <summary>
    /// Where a relative path begins: the working directory or a descriptor's. EBADF, ENOTDIR. An absolute one needs no
    /// descriptor, unless not <paramref name="absolute"/>.
    /// </summary>
    public static Errno Start(KernelTask task, Fd directory, ReadOnlySpan<byte> path, out VfsPath start, bool absolute = true)
    {
        if (directory == Fd.AT_FDCWD || (absolute && path is [(byte)'/', ..]))
        {
            start = task.FileSystem.WorkingDirectory;
            return 0;
        }
        start = default;
        if (task.Files[directory] is not { } file)
            return Errno.EBADF;
        start = file.Path;
        return path.IsEmpty || file.File.Inode.Access.IsDirectory ? 0 : Errno.ENOTDIR;
    }

    /// <summary>Fetches a path and finds what it names.</summary>
    public static Errno Resolve(KernelTask task, Fd directory, UserCString address, WalkFlags flags, out VfsPath found)
    {
        found = default;
        Errno e = Read(task, address, out UserPath path);
        if (e != 0)
            return e;
        e = Start(task, directory, path.Bytes, out VfsPath start);
        if (e == 0)
            e = PathOperations.Resolve(task, start, path.Bytes, flags, out found);
        path.Dispose();
        return e;
    }

    /// <summary>
    /// As <see cref="Resolve"/>, for calls that take AT_EMPTY_PATH: an empty path (or, as Linux has it since 6.11, a null
    /// one) is the descriptor's own inode.
    /// </summary>
    public static Errno ResolveInode(
        KernelTask task, Fd directory, UserCString address, AtFlags flags, out IInode? inode, out VfsPath place)
    {
        inode = null;
        place = default;
        bool empty = (flags & AtFlags.AT_EMPTY_PATH) != 0;
        if (empty && address.IsNull)
            return OfDescriptor(task, directory, out inode, out place);
        Errno e = Read(task, address, out UserPath path);
        if (e != 0)
            return e;
        if (empty && path.Bytes.IsEmpty && directory != Fd.AT_FDCWD)
        {
            path.Dispose();
            return OfDescriptor(task, directory, out inode, out place);
        }
        WalkFlags how = (flags & AtFlags.AT_SYMLINK_NOFOLLOW) != 0 ? WalkFlags.None : WalkFlags.Follow;
        e = Start(task, directory, path.Bytes, out VfsPath start);
        if (e == 0)
        {
            e = PathOperations.Resolve(task, start, path.Bytes, empty ? how | WalkFlags.Empty : how, out VfsPath found);
            if (e == 0)
                (inode, place) = (found.Inode, found);
        }
        path.Dispose();
        return e;
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        rented = null;
    }

    private static Errno OfDescriptor(KernelTask task, Fd fd, out IInode? inode, out VfsPath place)
    {
        OpenFileDescription? file = task.Files[fd];
        inode = file?.File.Inode;
        place = file?.Path ?? default;
        return file is null ? Errno.EBADF : 0;
    }
}
