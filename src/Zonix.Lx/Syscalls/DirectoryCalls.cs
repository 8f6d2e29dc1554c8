using System.Buffers;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Watching;

namespace Zonix.Lx.Syscalls;

/// <summary>Reading directories; the working and the root directory.</summary>
internal static class DirectoryCalls
{
    private const int CAP_SYS_CHROOT = 18, MaxBuffer = 65536;
    private const uint OneEntry = 512;

    /// <summary>Entries of an open directory. getdents64(2).</summary>
    [Syscall(X64 = 217, I386 = 220)]
    internal static SysResult Getdents64(KernelTask task, Fd fd, UserAddress buffer, uint count) =>
        ReadEntries(task, fd, buffer, count, int.MaxValue, static entries => entries.Length);

    /// <summary>The same with struct linux_dirent, whose type comes last. getdents(2).</summary>
    [Syscall(X64 = 78, I386 = 141)]
    internal static SysResult Getdents(KernelTask task, Fd fd, UserAddress buffer, uint count) =>
        ReadEntries(task, fd, buffer, count, int.MaxValue, task.CallAbi == GuestAbi.X64 ? DirectoryRecords.PutTypeLast : DirectoryRecords.Shorten);

    /// <summary>One entry, without a type; answers 1, or 0 at the end. readdir(2).</summary>
    [Syscall(I386 = 89)]
    internal static SysResult Readdir(KernelTask task, Fd fd, UserAddress buffer, uint count)
    {
        SysResult read = ReadEntries(task, fd, buffer, OneEntry, 1, DirectoryRecords.MakeOldest);
        return read.IsError || read.Value == 0 ? read : 1;
    }

    private static SysResult ReadEntries(
        KernelTask task, Fd fd, UserAddress buffer, uint count, int most, DirectoryRecords.Conversion convert)
    {
        if (task.Files[fd] is not { } file)
            return Errno.EBADF;
        if (file.AsksPermission && file.File is IDirectoryFile && PermissionWait.BeforeRead(task, file, out SysResult asked))
            return asked;
        byte[] space = ArrayPool<byte>.Shared.Rent((int)Math.Min(count, MaxBuffer));
        try
        {
            var entries = new DirectoryBuffer(space.AsSpan(0, (int)Math.Min(count, MaxBuffer)), most);
            Errno e = file.ReadEntries(ref entries);
            if (e != 0)
                return e;
            if (entries.Length == 0)
                return entries.Full ? Errno.EINVAL : 0;
            int length = convert(space.AsSpan(0, entries.Length));
            return length < 0 ? Errno.EOVERFLOW : task.Memory.TryCopyOut(buffer, space.AsSpan(0, length)) ? length : Errno.EFAULT;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(space);
        }
    }

    /// <summary>Changes the working directory. chdir(2).</summary>
    [Syscall(X64 = 80, I386 = 12)]
    internal static SysResult Chdir(KernelTask task, UserCString path)
    {
        Errno e = UserPath.Resolve(task, Fd.AT_FDCWD, path, WalkFlags.Follow | WalkFlags.Directory, out VfsPath found);
        return e != 0 ? e : Enter(task, found);
    }

    /// <summary>Changes the working directory to an open one. fchdir(2).</summary>
    [Syscall(X64 = 81, I386 = 133)]
    internal static SysResult Fchdir(KernelTask task, Fd fd)
    {
        if (task.Files[fd] is not { } file)
            return Errno.EBADF;
        return file.File.Inode.Access.IsDirectory ? Enter(task, file.Path) : Errno.ENOTDIR;
    }

    /// <summary>Changes the root directory. chroot(2).</summary>
    [Syscall(X64 = 161, I386 = 61)]
    internal static SysResult Chroot(KernelTask task, UserCString path)
    {
        Errno e = UserPath.Resolve(task, Fd.AT_FDCWD, path, WalkFlags.Follow | WalkFlags.Directory, out VfsPath found);
        if (e == 0)
            e = Permissions.Check(found.Inode.Access, task.Credentials, AccessMode.X_OK);
        if (e != 0)
            return e;
        if (!task.Credentials.Has(CAP_SYS_CHROOT))
            return Errno.EPERM;
        task.FileSystem.Root = found;
        return 0;
    }

    /// <summary>The working directory's path; its length with the terminator. getcwd(2).</summary>
    [Syscall(X64 = 79, I386 = 183)]
    internal static SysResult Getcwd(KernelTask task, UserAddress buffer, nuint size)
    {
        VfsPath directory = task.FileSystem.WorkingDirectory;
        if (directory.Dentry.IsUnlinked)
            return Errno.ENOENT;
        byte[] space = ArrayPool<byte>.Shared.Rent(PathWalk.PathMax + 16);
        try
        {
            const string Unreachable = "(unreachable)";
            ReadOnlySpan<byte> path = PathText.Write(directory, task.FileSystem.Root, space.AsSpan(16, PathWalk.PathMax - 1), out bool reachable);
            if (path.IsEmpty)
                return Errno.ENAMETOOLONG;
            int start = 16 + PathWalk.PathMax - 1 - path.Length;
            if (!reachable)
            {
                start -= Unreachable.Length;
                System.Text.Encoding.ASCII.GetBytes(Unreachable, space.AsSpan(start));
            }
            int end = 16 + PathWalk.PathMax - 1;
            space[end++] = 0;
            if ((nuint)(end - start) > size)
                return Errno.ERANGE;
            return (int)task.Memory.CopyOut(buffer, space.AsSpan(start, end - start)) == end - start ? end - start : Errno.EFAULT;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(space);
        }
    }

    /// <summary>Sets the mask of new files' permissions; answers the old one. umask(2).</summary>
    [Syscall(X64 = 95, I386 = 60, Plain = true)]
    internal static SysResult Umask(KernelTask task, uint mask)
    {
        uint old = task.FileSystem.Umask;
        task.FileSystem.Umask = mask & 0x1FF;
        return (int)old;
    }

    private static SysResult Enter(KernelTask task, VfsPath directory)
    {
        Errno e = Permissions.Check(directory.Inode.Access, task.Credentials, AccessMode.X_OK);
        if (e == 0)
            task.FileSystem.WorkingDirectory = directory;
        return e;
    }
}
