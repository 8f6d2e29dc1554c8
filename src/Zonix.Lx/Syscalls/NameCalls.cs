using System.Buffers;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Syscalls;

/// <summary>Making, moving and taking away names.</summary>
internal static class NameCalls
{
    private const int CAP_MKNOD = 27;

    /// <summary>Makes a directory. mkdir(2).</summary>
    [Syscall(X64 = 83, I386 = 39)]
    internal static SysResult Mkdir(KernelTask task, UserCString path, uint mode) => Mkdirat(task, Fd.AT_FDCWD, path, mode);

    /// <summary>Makes a directory relative to another. mkdirat(2).</summary>
    [Syscall(X64 = 258, I386 = 296)]
    internal static SysResult Mkdirat(KernelTask task, Fd directory, UserCString path, uint mode) =>
        Make(task, directory, path, FileModeBits.S_IFDIR | (mode & 0x3FF), 0);

    /// <summary>Makes a file, FIFO, socket or device node. mknod(2).</summary>
    [Syscall(X64 = 133, I386 = 14)]
    internal static SysResult Mknod(KernelTask task, UserCString path, uint mode, uint device) =>
        Mknodat(task, Fd.AT_FDCWD, path, mode, device);

    /// <summary>mknod(2) relative to a directory. mknodat(2).</summary>
    [Syscall(X64 = 259, I386 = 297)]
    internal static SysResult Mknodat(KernelTask task, Fd directory, UserCString path, uint mode, uint device)
    {
        uint type = mode & FileModeBits.S_IFMT;
        switch (type)
        {
            case 0:
                type = FileModeBits.S_IFREG;
                break;
            case FileModeBits.S_IFREG or FileModeBits.S_IFIFO or FileModeBits.S_IFSOCK:
                break;
            case FileModeBits.S_IFCHR or FileModeBits.S_IFBLK:
                if (!task.Credentials.Has(CAP_MKNOD))
                    return Errno.EPERM;
                break;
            default:
                return type == FileModeBits.S_IFDIR ? Errno.EPERM : Errno.EINVAL;
        }
        bool isDevice = type is FileModeBits.S_IFCHR or FileModeBits.S_IFBLK;
        return Make(task, directory, path, type | (mode & FileModeBits.PermissionMask), isDevice ? LinuxStat.DecodeDevice(device) : 0);
    }

    /// <summary>Makes a symbolic link. symlink(2).</summary>
    [Syscall(X64 = 88, I386 = 83)]
    internal static SysResult Symlink(KernelTask task, UserCString target, UserCString path) => Symlinkat(task, target, Fd.AT_FDCWD, path);

    /// <summary>Makes a symbolic link relative to a directory. symlinkat(2).</summary>
    [Syscall(X64 = 266, I386 = 304)]
    internal static SysResult Symlinkat(KernelTask task, UserCString target, Fd directory, UserCString path)
    {
        Errno e = UserPath.Read(task, target, out UserPath text);
        if (e != 0)
            return e;
        SysResult result = text.Bytes.IsEmpty ? Errno.ENOENT : Make(task, directory, path, FileModeBits.S_IFLNK | 0x1FF, 0, text.Bytes);
        text.Dispose();
        return result;
    }

    /// <summary>Takes a name away. unlink(2).</summary>
    [Syscall(X64 = 87, I386 = 10)]
    internal static SysResult Unlink(KernelTask task, UserCString path) => Unlinkat(task, Fd.AT_FDCWD, path, 0);

    /// <summary>Takes an empty directory away. rmdir(2).</summary>
    [Syscall(X64 = 84, I386 = 40)]
    internal static SysResult Rmdir(KernelTask task, UserCString path) => Unlinkat(task, Fd.AT_FDCWD, path, AtFlags.AT_REMOVEDIR);

    /// <summary>unlink(2) or rmdir(2) relative to a directory. unlinkat(2).</summary>
    [Syscall(X64 = 263, I386 = 301)]
    internal static SysResult Unlinkat(KernelTask task, Fd directory, UserCString path, AtFlags flags)
    {
        if ((flags & ~AtFlags.AT_REMOVEDIR) != 0)
            return Errno.EINVAL;
        Errno e = UserPath.Read(task, path, out UserPath name);
        if (e != 0)
            return e;
        e = UserPath.Start(task, directory, name.Bytes, out VfsPath start);
        if (e == 0)
            e = PathOperations.Remove(task, start, name.Bytes, (flags & AtFlags.AT_REMOVEDIR) != 0);
        name.Dispose();
        return e;
    }

    /// <summary>Moves a name. rename(2).</summary>
    [Syscall(X64 = 82, I386 = 38)]
    internal static SysResult Rename(KernelTask task, UserCString from, UserCString to) =>
        Renameat2(task, Fd.AT_FDCWD, from, Fd.AT_FDCWD, to, 0);

    /// <summary>rename(2) relative to directories. renameat(2).</summary>
    [Syscall(X64 = 264, I386 = 302)]
    internal static SysResult Renameat(KernelTask task, Fd fromDirectory, UserCString from, Fd toDirectory, UserCString to) =>
        Renameat2(task, fromDirectory, from, toDirectory, to, 0);

    /// <summary>renameat(2) with flags. renameat2(2).</summary>
    [Syscall(X64 = 316, I386 = 353)]
    internal static SysResult Renameat2(KernelTask task, Fd fromDirectory, UserCString from, Fd toDirectory, UserCString to, RenameFlags flags)
    {
        const RenameFlags Known = RenameFlags.RENAME_NOREPLACE | RenameFlags.RENAME_EXCHANGE | RenameFlags.RENAME_WHITEOUT;
        bool exchange = (flags & RenameFlags.RENAME_EXCHANGE) != 0;
        if ((flags & ~Known) != 0 || (exchange && (flags & ~RenameFlags.RENAME_EXCHANGE) != 0))
            return Errno.EINVAL;
        Errno e = UserPath.Read(task, from, out UserPath source);
        if (e != 0)
            return e;
        e = UserPath.Read(task, to, out UserPath target);
        if (e == 0)
        {
            e = UserPath.Start(task, fromDirectory, source.Bytes, out VfsPath fromStart);
            if (e == 0 && (e = UserPath.Start(task, toDirectory, target.Bytes, out VfsPath toStart)) == 0)
                e = PathOperations.Rename(task, fromStart, source.Bytes, toStart, target.Bytes, flags);
            target.Dispose();
        }
        source.Dispose();
        return e;
    }

    /// <summary>One more name for a file. link(2).</summary>
    [Syscall(X64 = 86, I386 = 9)]
    internal static SysResult Link(KernelTask task, UserCString from, UserCString to) =>
        Linkat(task, Fd.AT_FDCWD, from, Fd.AT_FDCWD, to, 0);

    /// <summary>link(2) relative to directories. linkat(2).</summary>
    [Syscall(X64 = 265, I386 = 303)]
    internal static SysResult Linkat(KernelTask task, Fd fromDirectory, UserCString from, Fd toDirectory, UserCString to, AtFlags flags)
    {
        if ((flags & ~(AtFlags.AT_SYMLINK_FOLLOW | AtFlags.AT_EMPTY_PATH)) != 0)
            return Errno.EINVAL;
        WalkFlags how = (flags & AtFlags.AT_SYMLINK_FOLLOW) != 0 ? WalkFlags.Follow : WalkFlags.None;
        if ((flags & AtFlags.AT_EMPTY_PATH) != 0)
            how |= WalkFlags.Empty;
        Errno e = UserPath.Resolve(task, fromDirectory, from, how, out VfsPath target);
        if (e != 0)
            return e;
        e = UserPath.Read(task, to, out UserPath name);
        if (e != 0)
            return e;
        e = UserPath.Start(task, toDirectory, name.Bytes, out VfsPath start);
        if (e == 0)
            e = PathOperations.Link(task, target, start, name.Bytes);
        name.Dispose();
        return e;
    }

    /// <summary>The text of a symbolic link. readlink(2).</summary>
    [Syscall(X64 = 89, I386 = 85)]
    internal static SysResult Readlink(KernelTask task, UserCString path, UserAddress buffer, int size) =>
        Readlinkat(task, Fd.AT_FDCWD, path, buffer, size);

    /// <summary>readlink(2) relative to a directory. readlinkat(2).</summary>
    [Syscall(X64 = 267, I386 = 305)]
    internal static SysResult Readlinkat(KernelTask task, Fd directory, UserCString path, UserAddress buffer, int size)
    {
        if (size <= 0)
            return Errno.EINVAL;
        AtFlags flags = AtFlags.AT_SYMLINK_NOFOLLOW | (directory == Fd.AT_FDCWD ? 0 : AtFlags.AT_EMPTY_PATH);
        if (path.IsNull)
            return Errno.EFAULT;
        Errno e = UserPath.ResolveInode(task, directory, path, flags, out IInode? inode, out VfsPath place);
        if (e != 0)
            return e;
        if (inode is not ISymbolicLink link)
            return directory == Fd.AT_FDCWD || !IsEmpty(task, path) ? Errno.EINVAL : Errno.ENOENT;
        byte[] text = ArrayPool<byte>.Shared.Rent(PathWalk.PathMax);
        e = link.ReadLink(text.AsSpan(0, Math.Min(size, PathWalk.PathMax)), out int length);
        SysResult result = e;
        if (e == 0)
            result = (int)task.Memory.CopyOut(buffer, text.AsSpan(0, length)) == length ? length : Errno.EFAULT;
        ArrayPool<byte>.Shared.Return(text);
        if (e == 0)
            place.Mount.Accessed(inode);
        return result;
    }

    private static bool IsEmpty(KernelTask task, UserCString path) => task.Memory.TryRead(path.Address, out byte first) && first == 0;

    private static SysResult Make(KernelTask task, Fd directory, UserCString path, uint mode, ulong device, ReadOnlySpan<byte> target = default)
    {
        Errno e = UserPath.Read(task, path, out UserPath name);
        if (e != 0)
            return e;
        e = UserPath.Start(task, directory, name.Bytes, out VfsPath start);
        if (e == 0)
            e = PathOperations.Create(task, start, name.Bytes, mode, device, target);
        name.Dispose();
        return e;
    }
}
