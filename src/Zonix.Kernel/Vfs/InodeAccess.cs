namespace Zonix.Kernel.Vfs;

/// <summary>What permission checks need to know of an inode: type and permission bits, and whose it is.</summary>
public readonly record struct InodeAccess(uint Mode, uint Uid, uint Gid)
{
    /// <summary>The type, one of S_IF*.</summary>
    public uint Type => Mode & FileModeBits.S_IFMT;

    /// <summary>Whether it is a directory.</summary>
    public bool IsDirectory => Type == FileModeBits.S_IFDIR;

    /// <summary>Whether it is a regular file.</summary>
    public bool IsRegular => Type == FileModeBits.S_IFREG;

    /// <summary>Whether it is a symbolic link.</summary>
    public bool IsSymbolicLink => Type == FileModeBits.S_IFLNK;
}
