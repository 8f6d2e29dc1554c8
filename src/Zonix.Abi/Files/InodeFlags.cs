namespace Zonix.Abi;

/// <summary>Flags of an inode. ioctl_iflags(2), FS_*_FL.</summary>
[Flags]
public enum InodeFlags : uint
{
    FS_SYNC_FL = 0x8,
    FS_IMMUTABLE_FL = 0x10,
    FS_APPEND_FL = 0x20,
    FS_NODUMP_FL = 0x40,
    FS_NOATIME_FL = 0x80,
    FS_DIRSYNC_FL = 0x10000,
}
