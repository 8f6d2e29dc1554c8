using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Syscalls;

/// <summary>stat(2), statx(2), statfs(2), access(2).</summary>
internal static class StatusCalls
{
    private const ulong FlagAttributes = (ulong)(InodeFlags.FS_IMMUTABLE_FL | InodeFlags.FS_APPEND_FL | InodeFlags.FS_NODUMP_FL);

    /// <summary>Attributes of a file. stat(2).</summary>
    [Syscall(X64 = 4)]
    internal static SysResult Stat(KernelTask task, UserCString path, UserPointer<LinuxStat> buffer) =>
        Newfstatat(task, Fd.AT_FDCWD, path, buffer, 0);

    /// <summary>Attributes of a file or of a symbolic link itself. lstat(2).</summary>
    [Syscall(X64 = 6)]
    internal static SysResult Lstat(KernelTask task, UserCString path, UserPointer<LinuxStat> buffer) =>
        Newfstatat(task, Fd.AT_FDCWD, path, buffer, AtFlags.AT_SYMLINK_NOFOLLOW);

    /// <summary>Attributes of an open file. fstat(2).</summary>
    [Syscall(X64 = 5)]
    internal static SysResult Fstat(KernelTask task, Fd fd, UserPointer<LinuxStat> buffer) => OfDescriptor(task, fd, buffer);

    /// <summary>Attributes of a file relative to a directory. fstatat(2).</summary>
    [Syscall(X64 = 262)]
    internal static SysResult Newfstatat(KernelTask task, Fd directory, UserCString path, UserPointer<LinuxStat> buffer, AtFlags flags) =>
        OfPath(task, directory, path, buffer, flags);

    /// <summary>fstat(2), in any form.</summary>
    internal static SysResult OfDescriptor<T>(KernelTask task, Fd fd, UserPointer<T> buffer)
        where T : unmanaged, IGuestStructure<T>, IStatFormat<T> =>
        task.Files[fd] is { } file ? Put(task, file.File.Inode, buffer) : Errno.EBADF;

    /// <summary>fstatat(2), in any form.</summary>
    internal static SysResult OfPath<T>(KernelTask task, Fd directory, UserCString path, UserPointer<T> buffer, AtFlags flags)
        where T : unmanaged, IGuestStructure<T>, IStatFormat<T>
    {
        const AtFlags Known = AtFlags.AT_SYMLINK_NOFOLLOW | AtFlags.AT_NO_AUTOMOUNT | AtFlags.AT_EMPTY_PATH;
        if ((flags & ~Known) != 0)
            return Errno.EINVAL;
        Errno e = UserPath.ResolveInode(task, directory, path, flags, out IInode? inode, out _);
        return e != 0 ? e : Put(task, inode!, buffer);
    }

    /// <summary>Attributes of a file, extended. statx(2).</summary>
    [Syscall(X64 = 332, I386 = 383)]
    internal static SysResult Statx(KernelTask task, Fd directory, UserCString path, AtFlags flags, uint mask, UserPointer<Statx> buffer)
    {
        const AtFlags Known = AtFlags.AT_SYMLINK_NOFOLLOW | AtFlags.AT_NO_AUTOMOUNT | AtFlags.AT_EMPTY_PATH |
            AtFlags.AT_STATX_FORCE_SYNC | AtFlags.AT_STATX_DONT_SYNC;
        if ((flags & ~Known) != 0 || mask >> 31 != 0)
            return Errno.EINVAL;
        Errno e = UserPath.ResolveInode(task, directory, path, flags, out IInode? inode, out VfsPath place);
        if (e != 0 || (e = inode!.GetAttributes(out InodeAttributes a)) != 0)
            return e;
        var result = new Statx
        {
            Mask = Abi.Statx.STATX_BASIC_STATS | Abi.Statx.STATX_MNT_ID, BlockSize = a.BlockSize, Links = a.Links, Uid = a.Uid, Gid = a.Gid,
            Mode = (ushort)a.Mode, Inode = a.Inode, Size = a.Size, Blocks = a.Blocks, Access = Stamp(a.Access), Change = Stamp(a.Change),
            Modify = Stamp(a.Modify), RdevMajor = (uint)(a.Rdev >> 32), RdevMinor = (uint)a.Rdev,
            DeviceMajor = (uint)(a.Device >> 32), DeviceMinor = (uint)a.Device, MountId = (ulong)place.Mount.Id,
        };
        result.AttributesMask |= Abi.Statx.STATX_ATTR_MOUNT_ROOT | (inode.KeepsFlags ? FlagAttributes : 0);
        // STATX_ATTR_* have the values of FS_*_FL.
        result.Attributes |= (ulong)a.Flags & FlagAttributes;
        if (ReferenceEquals(place.Dentry, place.Mount.Root))
            result.Attributes |= Abi.Statx.STATX_ATTR_MOUNT_ROOT;
        if ((mask & Abi.Statx.STATX_MNT_ID_UNIQUE) != 0)
        {
            result.MountId = place.Mount.UniqueId;
            result.Mask = (result.Mask & ~Abi.Statx.STATX_MNT_ID) | Abi.Statx.STATX_MNT_ID_UNIQUE;
        }
        if ((mask & Abi.Statx.STATX_DIOALIGN) != 0 && inode.Access.IsRegular && place.Mount.FileSystem.DirectAlignment is > 0 and var alignment)
        {
            result.Mask |= Abi.Statx.STATX_DIOALIGN;
            (result.DirectMemoryAlignment, result.DirectOffsetAlignment) = (1, alignment);
        }
        if (a.Birth != default)
        {
            result.Mask |= Abi.Statx.STATX_BTIME;
            result.Birth = Stamp(a.Birth);
        }
        return task.Memory.TryWrite(buffer, result) ? 0 : Errno.EFAULT;
    }

    /// <summary>The file system a file lies in. statfs(2).</summary>
    [Syscall(X64 = 137, I386 = 99)]
    internal static SysResult Statfs(KernelTask task, UserCString path, UserPointer<LinuxStatFs> buffer)
    {
        Errno e = UserPath.Resolve(task, Fd.AT_FDCWD, path, WalkFlags.Follow, out VfsPath found);
        return e != 0 ? e : Put(task, found.Mount, buffer);
    }

    /// <summary>The file system an open file lies in. fstatfs(2).</summary>
    [Syscall(X64 = 138, I386 = 100)]
    internal static SysResult Fstatfs(KernelTask task, Fd fd, UserPointer<LinuxStatFs> buffer) =>
        task.Files[fd] is { } file ? Put(task, file.Path.Mount, buffer) : Errno.EBADF;

    /// <summary>Free blocks and inodes of the file system of a device. ustat(2).</summary>
    [Syscall(X64 = 136, I386 = 62)]
    internal static SysResult Ustat(KernelTask task, uint device, UserPointer<Ustat> buffer)
    {
        ulong wanted = LinuxStat.DecodeDevice(device);
        foreach (Mount mount in task.FileSystem.Mounts.Snapshot())
        {
            if (mount.FileSystem.Device != wanted)
                continue;
            Errno e = mount.FileSystem.GetStatistics(out FileSystemStatistics s);
            if (e != 0)
                return e;
            var told = new Abi.Ustat { FreeBlocks = (int)s.BlocksFree, FreeInodes = s.FilesFree };
            return task.TryWrite(buffer, told) ? 0 : Errno.EFAULT;
        }
        return Errno.EINVAL;
    }

    /// <summary>Pages of an open file that are in memory; none waits to be written. cachestat(2).</summary>
    [Syscall(X64 = 451, I386 = 451)]
    internal static SysResult Cachestat(KernelTask task, Fd fd, UserAddress range, UserAddress buffer, uint flags)
    {
        const int Size = 40;
        if (task.Files[fd] is not { } file)
            return Errno.EBADF;
        if (!task.Memory.TryRead(range, out ulong offset) || !task.Memory.TryRead(range + sizeof(ulong), out ulong length))
            return Errno.EFAULT;
        if (file.IsPath)
            return Errno.EBADF;
        if (flags != 0)
            return Errno.EINVAL;
        Span<byte> result = stackalloc byte[Size];
        result.Clear();
        ulong end = length == 0 ? long.MaxValue : Math.Min(long.MaxValue, unchecked(offset + length));
        // What is no file on a disk or in memory has no pages.
        ulong pages = offset > long.MaxValue || end <= offset || file.File is not ICachedFile cached ? 0 : cached.CountPages((long)offset, (long)end);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(result, pages);
        return task.Memory.CopyOut(buffer, result) == Size ? 0 : Errno.EFAULT;
    }

    /// <summary>Whether the real user may do something with a file. access(2).</summary>
    [Syscall(X64 = 21, I386 = 33)]
    internal static SysResult Access(KernelTask task, UserCString path, AccessMode mode) =>
        Check(task, Fd.AT_FDCWD, path, mode, 0);

    /// <summary>access(2) relative to a directory. faccessat(2).</summary>
    [Syscall(X64 = 269, I386 = 307)]
    internal static SysResult Faccessat(KernelTask task, Fd directory, UserCString path, AccessMode mode) =>
        Check(task, directory, path, mode, 0);

    /// <summary>faccessat(2) with flags. faccessat2(2).</summary>
    [Syscall(X64 = 439, I386 = 439)]
    internal static SysResult Faccessat2(KernelTask task, Fd directory, UserCString path, AccessMode mode, AtFlags flags) =>
        Check(task, directory, path, mode, flags);

    private static SysResult Check(KernelTask task, Fd directory, UserCString path, AccessMode mode, AtFlags flags)
    {
        const AtFlags Known = AtFlags.AT_EACCESS | AtFlags.AT_SYMLINK_NOFOLLOW | AtFlags.AT_EMPTY_PATH;
        if (((uint)mode & ~7u) != 0 || (flags & ~Known) != 0)
            return Errno.EINVAL;
        Errno e = UserPath.ResolveInode(task, directory, path, flags, out IInode? inode, out VfsPath place);
        if (e != 0)
            return e;
        InodeAccess access = inode!.Access;
        if ((mode & AccessMode.W_OK) != 0 && place.Mount.IsReadOnly && (access.IsRegular || access.IsDirectory || access.IsSymbolicLink))
            return Errno.EROFS;
        if ((mode & AccessMode.X_OK) != 0 && access.IsRegular && (place.Mount.Flags & MountFlags.MS_NOEXEC) != 0)
            return Errno.EACCES;
        Credentials who = task.Credentials;
        if ((flags & AtFlags.AT_EACCESS) == 0 && (who.Uid != who.FsUid || who.Gid != who.FsGid))
        {
            // access(2) asks for the real user, with root's capabilities only if that is root.
            ulong capabilities = who.Uid == 0 ? who.PermittedCapabilities : 0;
            who = who with { FsUid = who.Uid, FsGid = who.Gid, EffectiveCapabilities = capabilities };
        }
        return mode == 0 ? 0 : Permissions.Check(access, who, mode);
    }

    private static SysResult Put<T>(KernelTask task, IInode inode, UserPointer<T> buffer)
        where T : unmanaged, IGuestStructure<T>, IStatFormat<T>
    {
        Errno e = inode.GetAttributes(out InodeAttributes a);
        if (e != 0)
            return e;
        var stat = new LinuxStat
        {
            Device = LinuxStat.EncodeDevice(a.Device), Inode = a.Inode, Links = a.Links, Mode = a.Mode, Uid = a.Uid, Gid = a.Gid,
            Rdev = LinuxStat.EncodeDevice(a.Rdev), Size = (long)a.Size, BlockSize = a.BlockSize, Blocks = (long)a.Blocks,
            Access = new(a.Access.Seconds, a.Access.Nanoseconds), Modify = new(a.Modify.Seconds, a.Modify.Nanoseconds),
            Change = new(a.Change.Seconds, a.Change.Nanoseconds),
        };
        e = T.From(stat, out T made);
        return e != 0 ? e : task.TryWrite(buffer, made) ? 0 : Errno.EFAULT;
    }

    private static SysResult Put(KernelTask task, Mount mount, UserPointer<LinuxStatFs> buffer)
    {
        Errno e = mount.FileSystem.GetStatistics(out FileSystemStatistics s);
        if (e != 0)
            return e;
        var result = new LinuxStatFs
        {
            Type = s.Type, BlockSize = s.BlockSize, Blocks = s.Blocks, BlocksFree = s.BlocksFree, BlocksAvailable = s.BlocksAvailable,
            Files = s.Files, FilesFree = s.FilesFree, FsId = LinuxStat.EncodeDevice(mount.FileSystem.Device), NameLength = s.NameLength,
            FragmentSize = s.BlockSize, Flags = (long)StatFlags(mount),
        };
        bool tooLarge = task.CallAbi == GuestAbi.I386 && (result.Blocks | result.BlocksFree | result.BlocksAvailable) > uint.MaxValue;
        return tooLarge ? Errno.EOVERFLOW : task.TryWrite(buffer, result) ? 0 : Errno.EFAULT;
    }

    // Most have the values of the mount flags; ST_VALID is 0x20.
    private static ulong StatFlags(Mount mount)
    {
        const ulong ST_VALID = 0x20, ST_RELATIME = 4096, ST_NOSYMFOLLOW = 8192;
        const MountFlags Same = MountFlags.MS_RDONLY | MountFlags.MS_NOSUID | MountFlags.MS_NODEV | MountFlags.MS_NOEXEC |
            MountFlags.MS_NOATIME | MountFlags.MS_NODIRATIME;
        const MountFlags OfFileSystem = MountFlags.MS_SYNCHRONOUS | MountFlags.MS_MANDLOCK;
        ulong flags = ST_VALID | (ulong)(mount.Flags & Same) | (ulong)(mount.Superblock.Flags & OfFileSystem) | (mount.IsReadOnly ? 1u : 0u);
        if ((mount.Flags & MountFlags.MS_RELATIME) != 0)
            flags |= ST_RELATIME;
        return (mount.Flags & MountFlags.MS_NOSYMFOLLOW) != 0 ? flags | ST_NOSYMFOLLOW : flags;
    }

    private static StatxTimestamp Stamp(Timestamp t) => new() { Seconds = t.Seconds, Nanoseconds = t.Nanoseconds };
}
