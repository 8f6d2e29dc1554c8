using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct statmount, without the strings that follow it. statmount(2).</summary>
[StructLayout(LayoutKind.Sequential, Size = HeaderSize)]
public struct StatMount
{
    public const int HeaderSize = 512;

    public const ulong STATMOUNT_SB_BASIC = 1, STATMOUNT_MNT_BASIC = 2, STATMOUNT_PROPAGATE_FROM = 4, STATMOUNT_MNT_ROOT = 8,
        STATMOUNT_MNT_POINT = 0x10, STATMOUNT_FS_TYPE = 0x20, STATMOUNT_MNT_NS_ID = 0x40, STATMOUNT_MNT_OPTS = 0x80,
        STATMOUNT_FS_SUBTYPE = 0x100, STATMOUNT_SB_SOURCE = 0x200, STATMOUNT_OPT_ARRAY = 0x400, STATMOUNT_SUPPORTED_MASK = 0x1000;

    public uint Size, Options;
    public ulong Mask;
    public uint DeviceMajor, DeviceMinor;
    public ulong Magic;
    public uint SuperblockFlags, Type;
    public ulong Id, ParentId;
    public uint OldId, OldParentId;
    public ulong Attributes, Propagation, PeerGroup, Master, PropagateFrom;
    public uint Root, Point;
    public ulong NamespaceId;
    public uint Subtype, Source, OptionCount, OptionArray, SecurityOptionCount, SecurityOptionArray;
    public ulong SupportedMask;
}
