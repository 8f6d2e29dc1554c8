using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct statx. statx(2).</summary>
[StructLayout(LayoutKind.Sequential, Size = 256)]
public struct Statx
{
    public const uint STATX_BASIC_STATS = 0x7ff, STATX_BTIME = 0x800, STATX_MNT_ID = 0x1000, STATX_MNT_ID_UNIQUE = 0x4000,
        STATX_DIOALIGN = 0x2000;
    public const ulong STATX_ATTR_MOUNT_ROOT = 0x2000;

    public uint Mask, BlockSize;
    public ulong Attributes;
    public uint Links, Uid, Gid;
    public ushort Mode, Spare;
    public ulong Inode, Size, Blocks, AttributesMask;
    public StatxTimestamp Access, Birth, Change, Modify;
    public uint RdevMajor, RdevMinor, DeviceMajor, DeviceMinor;
    public ulong MountId;
    public uint DirectMemoryAlignment, DirectOffsetAlignment;
}
