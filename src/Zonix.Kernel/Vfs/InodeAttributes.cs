namespace Zonix.Kernel.Vfs;

/// <summary>All that stat(2) tells. Device numbers are (major &lt;&lt; 32) | minor.</summary>
public struct InodeAttributes
{
    /// <summary>Device of the file system; device the node stands for.</summary>
    public ulong Device, Rdev;

    /// <summary>Inode number, size in bytes, blocks of 512 bytes.</summary>
    public ulong Inode, Size, Blocks;

    /// <summary>Type and permissions, link count, owner, preferred I/O size.</summary>
    public uint Mode, Links, Uid, Gid, BlockSize;

    /// <summary>FS_IMMUTABLE_FL ...</summary>
    public InodeFlags Flags;

    /// <summary>Time stamps.</summary>
    public Timestamp Access, Modify, Change, Birth;
}
