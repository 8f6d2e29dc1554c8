using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Syscalls;

/// <summary>The flags of an inode by its path: file_getattr(2), file_setattr(2).</summary>
internal static class FileAttributeCalls
{
    private const int FirstSize = 24, PageSize = 4096;

    /// <summary>Reads struct file_attr.</summary>
    [Syscall(X64 = 468, I386 = 468, Name = "file_getattr")]
    internal static SysResult FileGetattr(KernelTask task, Fd directory, UserCString path, UserAddress attributes, nuint size, AtFlags flags)
    {
        Errno e = Find(task, directory, path, size, flags, out IInode? inode, out _);
        if (e != 0)
            return e;
        if (!inode!.KeepsFlags)
            return Errno.EOPNOTSUPP;
        Span<byte> result = stackalloc byte[FirstSize];
        result.Clear();
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(result, InodeCommands.Encode(inode.Access.Flags));
        bool written = task.Memory.CopyOut(attributes, result) == FirstSize;
        return written && task.Memory.Clear(attributes + FirstSize, size - FirstSize) == size - FirstSize ? 0 : Errno.EFAULT;
    }

    /// <summary>Sets what struct file_attr says: flags; there are no extent sizes and projects.</summary>
    [Syscall(X64 = 469, I386 = 469, Name = "file_setattr")]
    internal static SysResult FileSetattr(KernelTask task, Fd directory, UserCString path, UserAddress attributes, nuint size, AtFlags flags)
    {
        Errno e = Find(task, directory, path, size, flags, out IInode? inode, out VfsPath place);
        if (e != 0)
            return e;
        if (!task.Memory.TryRead(attributes, out ulong xflags))
            return Errno.EFAULT;
        for (ulong at = sizeof(ulong); at < size; at += sizeof(uint))
        {
            if (!task.Memory.TryRead(attributes + at, out uint rest))
                return Errno.EFAULT;
            if (rest != 0)
                return at < FirstSize ? Errno.EOPNOTSUPP : Errno.E2BIG;
        }
        if (!inode!.KeepsFlags || xflags > uint.MaxValue || !InodeCommands.TryDecode((uint)xflags, out InodeFlags decoded))
            return Errno.EOPNOTSUPP;
        return InodeCommands.Set(task, inode, place.Mount, decoded);
    }

    private static Errno Find(KernelTask task, Fd directory, UserCString path, nuint size, AtFlags flags, out IInode? inode, out VfsPath place)
    {
        (inode, place) = (null, default);
        if ((flags & ~(AtFlags.AT_SYMLINK_NOFOLLOW | AtFlags.AT_EMPTY_PATH)) != 0 || size < FirstSize || size % sizeof(uint) != 0)
            return Errno.EINVAL;
        return size > PageSize ? Errno.E2BIG : UserPath.ResolveInode(task, directory, path, flags, out inode, out place);
    }
}
