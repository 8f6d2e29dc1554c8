using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct stat of i386, with numbers of 16 and 32 bits. stat(2).</summary>
[GuestStructure]
[StructLayout(LayoutKind.Sequential)]
public partial struct ShortStat : IStatFormat<ShortStat>
{
    public uint Device, Inode;
    public ushort Mode, Links, Uid, Gid;
    public uint Rdev, Size, BlockSize, Blocks, Access, AccessNs, Modify, ModifyNs, Change, ChangeNs, Unused1, Unused2;

    /// <inheritdoc/>
    public static Errno From(in LinuxStat full, out ShortStat made)
    {
        made = new ShortStat
        {
            Device = (uint)full.Device, Inode = (uint)full.Inode, Mode = (ushort)full.Mode, Links = (ushort)full.Links,
            Uid = ShortId.Of(full.Uid), Gid = ShortId.Of(full.Gid), Rdev = (uint)full.Rdev, Size = (uint)full.Size,
            BlockSize = (uint)full.BlockSize, Blocks = (uint)full.Blocks,
            Access = (uint)full.Access.Seconds, AccessNs = (uint)full.Access.Nanoseconds,
            Modify = (uint)full.Modify.Seconds, ModifyNs = (uint)full.Modify.Nanoseconds,
            Change = (uint)full.Change.Seconds, ChangeNs = (uint)full.Change.Nanoseconds,
        };
        return made.Inode != full.Inode || made.Links != full.Links || (ulong)full.Size > int.MaxValue ? Errno.EOVERFLOW : 0;
    }
}
