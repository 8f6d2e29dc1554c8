using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Syscalls;

/// <summary>The requests of ioctl(2) that are about the inode, whatever its file system. ioctl_iflags(2), ioctl_ficlone(2).</summary>
internal static class InodeCommands
{
    internal const uint FIGETBSZ = 2, FS_IOC_GETFLAGS = 0x8008_6601, FS_IOC_SETFLAGS = 0x4008_6602;
    internal const uint FS_IOC_FSGETXATTR = 0x801C_581F, FS_IOC_FSSETXATTR = 0x401C_5820, FS_IOC_FIEMAP = 0xC020_660B;
    internal const uint FICLONE = 0x4004_9409, FICLONERANGE = 0x4020_940D, FIDEDUPERANGE = 0xC018_9436;
    private const int CAP_LINUX_IMMUTABLE = 9, ExtendedSize = 28;

    private const InodeFlags Known = InodeFlags.FS_IMMUTABLE_FL | InodeFlags.FS_APPEND_FL | InodeFlags.FS_NODUMP_FL | InodeFlags.FS_NOATIME_FL;

    // FS_XFLAG_*: the same with other numbers.
    private const uint FS_XFLAG_IMMUTABLE = 8, FS_XFLAG_APPEND = 0x10, FS_XFLAG_NOATIME = 0x40, FS_XFLAG_NODUMP = 0x80;

    /// <summary>Carries out a request; ENOTTY when it is none of these, or the inode keeps no flags.</summary>
    internal static SysResult Control(KernelTask task, OpenFileDescription file, uint request, UserAddress argument)
    {
        IInode inode = file.File.Inode;
        switch (request)
        {
            case FIGETBSZ:
                Errno e = inode.GetAttributes(out InodeAttributes attributes);
                return e != 0 ? e : task.Memory.TryWrite(argument, attributes.BlockSize) ? 0 : Errno.EFAULT;
            case FICLONE:
                return Clone(task, file, new Fd((int)argument.Value));
            case FICLONERANGE:
                return task.Memory.TryRead(argument, out long source) ? Clone(task, file, new Fd((int)source)) : Errno.EFAULT;
            case FIDEDUPERANGE or FS_IOC_FIEMAP:
                return Errno.EOPNOTSUPP;
        }
        if (!inode.KeepsFlags)
            return Errno.ENOTTY;
        switch (request)
        {
            case FS_IOC_GETFLAGS:
                return task.Memory.TryWrite(argument, (uint)inode.Access.Flags) ? 0 : Errno.EFAULT;
            case FS_IOC_SETFLAGS:
                if (!task.Memory.TryRead(argument, out uint flags))
                    return Errno.EFAULT;
                return Set(task, inode, file.Path.Mount, (InodeFlags)flags);
            case FS_IOC_FSGETXATTR:
                return GetExtended(task, inode, argument);
            case FS_IOC_FSSETXATTR:
                return !task.Memory.TryRead(argument, out flags) ? Errno.EFAULT
                    : TryDecode(flags, out InodeFlags decoded) ? Set(task, inode, file.Path.Mount, decoded) : Errno.EOPNOTSUPP;
            default:
                return Errno.ENOTTY;
        }
    }

    /// <summary>Changes the flags: EROFS, EPERM; EOPNOTSUPP for those that mean nothing here.</summary>
    internal static Errno Set(KernelTask task, IInode inode, Mount mount, InodeFlags flags)
    {
        if (mount.IsReadOnly)
            return Errno.EROFS;
        InodeAccess access = inode.Access;
        if (!Permissions.IsOwner(access, task.Credentials))
            return Errno.EPERM;
        const InodeFlags Guarded = InodeFlags.FS_IMMUTABLE_FL | InodeFlags.FS_APPEND_FL;
        if (((flags ^ access.Flags) & Guarded) != 0 && !task.Credentials.Has(CAP_LINUX_IMMUTABLE))
            return Errno.EPERM;
        return (flags & ~Known) != 0
            ? Errno.EOPNOTSUPP
            : inode.SetAttributes(new AttributeChange { Flags = flags, Now = task.FileSystem.Vfs.Now });
    }

    /// <summary>The FS_XFLAG_* of an inode.</summary>
    internal static uint Encode(InodeFlags flags) =>
        ((flags & InodeFlags.FS_IMMUTABLE_FL) != 0 ? FS_XFLAG_IMMUTABLE : 0) | ((flags & InodeFlags.FS_APPEND_FL) != 0 ? FS_XFLAG_APPEND : 0) |
        ((flags & InodeFlags.FS_NODUMP_FL) != 0 ? FS_XFLAG_NODUMP : 0) | ((flags & InodeFlags.FS_NOATIME_FL) != 0 ? FS_XFLAG_NOATIME : 0);

    /// <summary>The flags that FS_XFLAG_* stand for; false when there are others.</summary>
    internal static bool TryDecode(uint encoded, out InodeFlags flags)
    {
        flags = ((encoded & FS_XFLAG_IMMUTABLE) != 0 ? InodeFlags.FS_IMMUTABLE_FL : 0) |
            ((encoded & FS_XFLAG_APPEND) != 0 ? InodeFlags.FS_APPEND_FL : 0) |
            ((encoded & FS_XFLAG_NODUMP) != 0 ? InodeFlags.FS_NODUMP_FL : 0) |
            ((encoded & FS_XFLAG_NOATIME) != 0 ? InodeFlags.FS_NOATIME_FL : 0);
        return Encode(flags) == encoded;
    }

    private static SysResult GetExtended(KernelTask task, IInode inode, UserAddress argument)
    {
        Span<byte> attributes = stackalloc byte[ExtendedSize];
        attributes.Clear();
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(attributes, Encode(inode.Access.Flags));
        return task.Memory.CopyOut(argument, attributes) == ExtendedSize ? 0 : Errno.EFAULT;
    }

    // No file system here shares blocks between files.
    private static SysResult Clone(KernelTask task, OpenFileDescription to, Fd source)
    {
        if (task.Files[source] is not { IsPath: false } from)
            return Errno.EBADF;
        InodeAccess a = from.File.Inode.Access, b = to.File.Inode.Access;
        if (a.IsDirectory || b.IsDirectory)
            return Errno.EISDIR;
        if (!a.IsRegular || !b.IsRegular)
            return Errno.EINVAL;
        if (!from.Readable || !to.Writable || (to.Flags & OpenFlags.O_APPEND) != 0)
            return Errno.EBADF;
        return ReferenceEquals(from.Path.Mount.FileSystem, to.Path.Mount.FileSystem) ? Errno.EOPNOTSUPP : Errno.EXDEV;
    }
}
