using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct stat of x86-64. stat(2).</summary>
[StructLayout(LayoutKind.Sequential, Size = 144)]
public partial struct LinuxStat
{
    public ulong Device, Inode, Links;
    public uint Mode, Uid, Gid, Padding;
    public ulong Rdev;
    public long Size, BlockSize, Blocks;
    public Timespec Access, Modify, Change;

    /// <summary>A device number as user space encodes it. makedev(3).</summary>
    public static ulong EncodeDevice(ulong number)
    {
        ulong major = number >> 32, minor = (uint)number;
        return ((major & 0xfffff000) << 32) | ((major & 0xfff) << 8) | ((minor & 0xffffff00) << 12) | (minor & 0xff);
    }

    /// <summary>The reverse, into (major &lt;&lt; 32) | minor.</summary>
    public static ulong DecodeDevice(ulong encoded)
    {
        ulong major = ((encoded >> 32) & 0xfffff000) | ((encoded >> 8) & 0xfff);
        ulong minor = ((encoded >> 12) & 0xffffff00) | (encoded & 0xff);
        return (major << 32) | minor;
    }
}
