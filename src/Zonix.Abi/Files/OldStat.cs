using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct __old_kernel_stat of i386: what stat(2) was before Linux 1.0.</summary>
[GuestStructure]
[StructLayout(LayoutKind.Sequential)]
public partial struct OldStat : IStatFormat<OldStat>
{
    public ushort Device, Inode, Mode, Links, Uid, Gid, Rdev;
    public uint Size, Access, Modify, Change;

    /// <inheritdoc/>
    public static Errno From(in LinuxStat full, out OldStat made)
    {
        made = new OldStat
        {
            Device = OldDevice(full.Device), Inode = (ushort)full.Inode, Mode = (ushort)full.Mode, Links = (ushort)full.Links,
            Uid = ShortId.Of(full.Uid), Gid = ShortId.Of(full.Gid), Rdev = OldDevice(full.Rdev), Size = (uint)full.Size,
            Access = (uint)full.Access.Seconds, Modify = (uint)full.Modify.Seconds, Change = (uint)full.Change.Seconds,
        };
        return made.Inode != full.Inode || made.Links != full.Links ? Errno.EOVERFLOW : 0;
    }

    // Eight bits for the major number, eight for the minor.
    private static ushort OldDevice(ulong encoded)
    {
        ulong number = LinuxStat.DecodeDevice(encoded);
        return (ushort)(((number >> 32) << 8) | (number & 0xff));
    }
}
