using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct stat64 of i386. stat64(2).</summary>
[GuestStructure]
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public partial struct Stat64 : IStatFormat<Stat64>
{
    public ulong Device;
    public uint Padding, LowInode, Mode, Links, Uid, Gid;
    public ulong Rdev;
    public uint RdevPadding;
    public long Size;
    public uint BlockSize;
    public ulong Blocks;
    public uint Access, AccessNs, Modify, ModifyNs, Change, ChangeNs;
    public ulong Inode;

    /// <inheritdoc/>
    public static Errno From(in LinuxStat full, out Stat64 made)
    {
        made = new Stat64
        {
            Device = full.Device, LowInode = (uint)full.Inode, Mode = full.Mode, Links = (uint)full.Links, Uid = full.Uid, Gid = full.Gid,
            Rdev = full.Rdev, Size = full.Size, BlockSize = (uint)full.BlockSize, Blocks = (ulong)full.Blocks,
            Access = (uint)full.Access.Seconds, AccessNs = (uint)full.Access.Nanoseconds,
            Modify = (uint)full.Modify.Seconds, ModifyNs = (uint)full.Modify.Nanoseconds,
            Change = (uint)full.Change.Seconds, ChangeNs = (uint)full.Change.Nanoseconds,
            Inode = full.Inode,
        };
        return 0;
    }
}
