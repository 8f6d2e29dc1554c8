using System.Buffers;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Syscalls;

/// <summary>Extended attributes. xattr(7).</summary>
internal static class ExtendedAttributeCalls
{
    private const int XATTR_NAME_MAX = 255, XATTR_SIZE_MAX = 65536;

    /// <summary>The value of an attribute. getxattr(2).</summary>
    [Syscall(X64 = 191, I386 = 229)]
    internal static SysResult Getxattr(KernelTask task, UserCString path, UserCString name, UserAddress value, nuint size) =>
        Find(task, path, 0, out IInode? inode, out _) is var e && e != 0 ? e : Get(task, inode!, name, value, size);

    /// <summary>The same, of a symbolic link itself. lgetxattr(2).</summary>
    [Syscall(X64 = 192, I386 = 230)]
    internal static SysResult Lgetxattr(KernelTask task, UserCString path, UserCString name, UserAddress value, nuint size) =>
        Find(task, path, AtFlags.AT_SYMLINK_NOFOLLOW, out IInode? inode, out _) is var e && e != 0 ? e : Get(task, inode!, name, value, size);

    /// <summary>The same, of an open file. fgetxattr(2).</summary>
    [Syscall(X64 = 193, I386 = 231)]
    internal static SysResult Fgetxattr(KernelTask task, Fd fd, UserCString name, UserAddress value, nuint size) =>
        task.Files[fd] is { IsPath: false } file ? Get(task, file.File.Inode, name, value, size) : Errno.EBADF;

    /// <summary>Sets an attribute. setxattr(2).</summary>
    [Syscall(X64 = 188, I386 = 226)]
    internal static SysResult Setxattr(KernelTask task, UserCString path, UserCString name, UserAddress value, nuint size, int flags) =>
        Find(task, path, 0, out IInode? inode, out VfsPath place) is var e && e != 0 ? e : Set(task, place, inode!, name, value, size, flags);

    /// <summary>The same, of a symbolic link itself. lsetxattr(2).</summary>
    [Syscall(X64 = 189, I386 = 227)]
    internal static SysResult Lsetxattr(KernelTask task, UserCString path, UserCString name, UserAddress value, nuint size, int flags) =>
        Find(task, path, AtFlags.AT_SYMLINK_NOFOLLOW, out IInode? inode, out VfsPath place) is var e && e != 0 ? e : Set(task, place, inode!, name, value, size, flags);

    /// <summary>The same, of an open file. fsetxattr(2).</summary>
    [Syscall(X64 = 190, I386 = 228)]
    internal static SysResult Fsetxattr(KernelTask task, Fd fd, UserCString name, UserAddress value, nuint size, int flags) =>
        task.Files[fd] is { IsPath: false } file ? Set(task, file.Path, file.File.Inode, name, value, size, flags) : Errno.EBADF;

    /// <summary>The names of the attributes. listxattr(2).</summary>
    [Syscall(X64 = 194, I386 = 232)]
    internal static SysResult Listxattr(KernelTask task, UserCString path, UserAddress list, nuint size) =>
        Find(task, path, 0, out IInode? inode, out _) is var e && e != 0 ? e : List(task, inode!, list, size);

    /// <summary>The same, of a symbolic link itself. llistxattr(2).</summary>
    [Syscall(X64 = 195, I386 = 233)]
    internal static SysResult Llistxattr(KernelTask task, UserCString path, UserAddress list, nuint size) =>
        Find(task, path, AtFlags.AT_SYMLINK_NOFOLLOW, out IInode? inode, out _) is var e && e != 0 ? e : List(task, inode!, list, size);

    /// <summary>The same, of an open file. flistxattr(2).</summary>
    [Syscall(X64 = 196, I386 = 234)]
    internal static SysResult Flistxattr(KernelTask task, Fd fd, UserAddress list, nuint size) =>
        task.Files[fd] is { IsPath: false } file ? List(task, file.File.Inode, list, size) : Errno.EBADF;

    /// <summary>Takes an attribute away. removexattr(2).</summary>
    [Syscall(X64 = 197, I386 = 235)]
    internal static SysResult Removexattr(KernelTask task, UserCString path, UserCString name) =>
        Find(task, path, 0, out IInode? inode, out VfsPath place) is var e && e != 0 ? e : Remove(task, place, inode!, name);

    /// <summary>The same, of a symbolic link itself. lremovexattr(2).</summary>
    [Syscall(X64 = 198, I386 = 236)]
    internal static SysResult Lremovexattr(KernelTask task, UserCString path, UserCString name) =>
        Find(task, path, AtFlags.AT_SYMLINK_NOFOLLOW, out IInode? inode, out VfsPath place) is var e && e != 0 ? e : Remove(task, place, inode!, name);

    /// <summary>The same, of an open file. fremovexattr(2).</summary>
    [Syscall(X64 = 199, I386 = 237)]
    internal static SysResult Fremovexattr(KernelTask task, Fd fd, UserCString name) =>
        task.Files[fd] is { IsPath: false } file ? Remove(task, file.Path, file.File.Inode, name) : Errno.EBADF;

    private static Errno Find(KernelTask task, UserCString path, AtFlags flags, out IInode? inode, out VfsPath place) =>
        UserPath.ResolveInode(task, Fd.AT_FDCWD, path, flags, out inode, out place);

    private static SysResult Get(KernelTask task, IInode inode, UserCString name, UserAddress value, nuint size)
    {
        Span<byte> text = stackalloc byte[XATTR_NAME_MAX + 1];
        Errno e = ReadName(task, name, text, out int length);
        if (e != 0)
            return e;
        e = Check(task, inode, text[..length], writes: false, out IExtendedAttributes? source);
        if (e != 0)
            return e;
        int room = (int)Math.Min(size, XATTR_SIZE_MAX);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Math.Max(room, 1));
        SysResult result = source!.GetAttribute(text[..length], buffer.AsSpan(0, room));
        if (!result.IsError && room > 0 && (long)task.Memory.CopyOut(value, buffer.AsSpan(0, (int)result.Value)) != result.Value)
            result = Errno.EFAULT;
        ArrayPool<byte>.Shared.Return(buffer);
        return result;
    }

    private static SysResult Set(KernelTask task, VfsPath place, IInode inode, UserCString name, UserAddress value, nuint size, int flags)
    {
        if ((flags & ~3) != 0)
            return Errno.EINVAL;
        if (size > XATTR_SIZE_MAX)
            return Errno.E2BIG;
        Span<byte> text = stackalloc byte[XATTR_NAME_MAX + 1];
        Errno e = ReadName(task, name, text, out int length);
        if (e != 0)
            return e;
        byte[] buffer = new byte[(int)size];
        if (task.Memory.CopyIn(value, buffer) != size)
            return Errno.EFAULT;
        e = Check(task, inode, text[..length], writes: true, out IExtendedAttributes? target);
        if (e == 0 && place.Mount?.IsReadOnly == true)
            e = Errno.EROFS;
        if (e != 0 || (e = target!.SetAttribute(text[..length], buffer, flags)) != 0)
            return e;
        InodeAccess access = inode.Access;
        // posix_acl: as with chmod(2), whoever is not in the group gives set-group-ID up.
        if ((access.Mode & FileModeBits.S_ISGID) != 0 && IsAcl(text[..length]) && !Permissions.KeepsSetGid(access, task.Credentials))
        {
            uint mode = access.Mode & FileModeBits.PermissionMask & ~FileModeBits.S_ISGID;
            e = inode.SetAttributes(new AttributeChange { Mode = mode, Now = task.FileSystem.Vfs.Now });
        }
        return Told(task, place, inode, e);
    }

    private static SysResult List(KernelTask task, IInode inode, UserAddress list, nuint size)
    {
        if (inode is not IExtendedAttributes source)
            return 0;
        int room = (int)Math.Min(size, XATTR_SIZE_MAX);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Math.Max(room, 1));
        SysResult result = source.ListAttributes(buffer.AsSpan(0, room));
        if (!result.IsError && room > 0 && (long)task.Memory.CopyOut(list, buffer.AsSpan(0, (int)result.Value)) != result.Value)
            result = Errno.EFAULT;
        ArrayPool<byte>.Shared.Return(buffer);
        return result;
    }

    private static SysResult Remove(KernelTask task, VfsPath place, IInode inode, UserCString name)
    {
        Span<byte> text = stackalloc byte[XATTR_NAME_MAX + 1];
        Errno e = ReadName(task, name, text, out int length);
        if (e != 0)
            return e;
        e = Check(task, inode, text[..length], writes: true, out IExtendedAttributes? target);
        if (e == 0 && place.Mount?.IsReadOnly == true)
            e = Errno.EROFS;
        return e != 0 ? e : Told(task, place, inode, target!.RemoveAttribute(text[..length]));
    }

    private static Errno Told(KernelTask task, VfsPath place, IInode inode, Errno result)
    {
        if (result == 0 && task.FileSystem.Vfs.Watching is { IsActive: true } watching)
            watching.Report(place, inode, FileEvents.IN_ATTRIB);
        return result;
    }

    private static Errno ReadName(KernelTask task, UserCString name, Span<byte> text, out int length)
    {
        length = task.Memory.CopyInString(name.Address, text);
        return length < 0 ? Errno.EFAULT : length is 0 or > XATTR_NAME_MAX ? Errno.ERANGE : 0;
    }

    private static bool IsAcl(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("system.posix_acl_access"u8) || name.SequenceEqual("system.posix_acl_default"u8);

    // xattr(7): who may touch which name space.
    private static Errno Check(KernelTask task, IInode inode, ReadOnlySpan<byte> name, bool writes, out IExtendedAttributes? target)
    {
        const int CAP_SYS_ADMIN = 21;
        target = inode as IExtendedAttributes;
        if (target is null)
            return Errno.EOPNOTSUPP;
        InodeAccess access = inode.Access;
        if (writes && access.IsFixed)
            return Errno.EPERM;
        if (name.StartsWith("user."u8))
        {
            if (name.Length == "user.".Length)
                return Errno.EINVAL;
            if (!access.IsRegular && !access.IsDirectory)
                return writes ? Errno.EPERM : Errno.ENODATA;
            // In a directory that everybody may write to, what an owner says of it is to be trusted.
            if (writes && access.IsDirectory && (access.Mode & FileModeBits.S_ISVTX) != 0 && !Permissions.IsOwner(access, task.Credentials))
                return Errno.EPERM;
            return Permissions.Check(access, task.Credentials, writes ? AccessMode.W_OK : AccessMode.R_OK);
        }
        if (name.StartsWith("trusted."u8))
            return name.Length == "trusted.".Length ? Errno.EINVAL : task.Credentials.Has(CAP_SYS_ADMIN) ? 0 : writes ? Errno.EPERM : Errno.ENODATA;
        if (name.StartsWith("security."u8))
        {
            if (name.Length == "security.".Length)
                return Errno.EINVAL;
            return !writes || MayName(task, name) ? 0 : Errno.EPERM;
        }
        if (!IsAcl(name) || access.IsSymbolicLink)
            return Errno.EOPNOTSUPP;
        return writes && !Permissions.IsOwner(access, task.Credentials) ? Errno.EPERM : 0;
    }

    // Capabilities of files are given by those who may set capabilities, other labels by the administrator.
    private static bool MayName(KernelTask task, ReadOnlySpan<byte> name)
    {
        const int CAP_SYS_ADMIN = 21, CAP_SETFCAP = 31;
        return task.Credentials.Has(name.SequenceEqual("security.capability"u8) ? CAP_SETFCAP : CAP_SYS_ADMIN);
    }
}
