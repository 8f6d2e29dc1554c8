namespace Zonix.Host.Files;

/// <summary>What the host says about a file. statx(2).</summary>
public struct HostStat
{
    /// <summary>Device, encoded as major &lt;&lt; 32 | minor.</summary>
    public ulong Device, Rdev;

    /// <summary>Inode number, size in bytes, blocks of 512 bytes.</summary>
    public ulong Inode, Size, Blocks;

    /// <summary>Type and permission bits, link count, owner, preferred I/O size.</summary>
    public uint Mode, Links, Uid, Gid, BlockSize;

    /// <summary>Time stamps. Birth is zero where the host knows none.</summary>
    public HostTime Access, Modify, Change, Birth;

    internal HostStat(in NativeFiles.StatxBuffer s)
    {
        Device = ((ulong)s.DevMajor << 32) | s.DevMinor;
        Rdev = ((ulong)s.RdevMajor << 32) | s.RdevMinor;
        Inode = s.Inode;
        Size = s.Size;
        Blocks = s.Blocks;
        Mode = s.Mode;
        Links = s.Links;
        Uid = s.Uid;
        Gid = s.Gid;
        BlockSize = s.BlockSize;
        Access = new(s.Access.Seconds, s.Access.Nanoseconds);
        Modify = new(s.Modify.Seconds, s.Modify.Nanoseconds);
        Change = new(s.Change.Seconds, s.Change.Nanoseconds);
        Birth = (s.Mask & NativeFiles.STATX_BTIME) != 0 ? new(s.Birth.Seconds, s.Birth.Nanoseconds) : default;
    }
}
