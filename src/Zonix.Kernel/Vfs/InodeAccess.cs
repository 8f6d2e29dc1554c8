namespace Zonix.Kernel.Vfs;

/// <summary>What permission checks need to know of an inode: type and permission bits, whose it is, its flags and access lists.</summary>
public readonly record struct InodeAccess(uint Mode, uint Uid, uint Gid)
{
    /// <summary>FS_IMMUTABLE_FL, FS_APPEND_FL ...</summary>
    public InodeFlags Flags { get; init; }

    /// <summary>Its access control lists; null: the mode says all.</summary>
    public FileAcls? Acls { get; init; }

    /// <summary>The type, one of S_IF*.</summary>
    public uint Type => Mode & FileModeBits.S_IFMT;

    /// <summary>Whether it is a directory.</summary>
    public bool IsDirectory => Type == FileModeBits.S_IFDIR;

    /// <summary>Whether it is a regular file.</summary>
    public bool IsRegular => Type == FileModeBits.S_IFREG;

    /// <summary>Whether it is a symbolic link.</summary>
    public bool IsSymbolicLink => Type == FileModeBits.S_IFLNK;

    /// <summary>Whether nothing about it may be changed.</summary>
    public bool IsImmutable => (Flags & InodeFlags.FS_IMMUTABLE_FL) != 0;

    /// <summary>Whether it may only grow at its end.</summary>
    public bool IsAppendOnly => (Flags & InodeFlags.FS_APPEND_FL) != 0;

    /// <summary>Whether its mode, owner and names are to stay.</summary>
    public bool IsFixed => (Flags & (InodeFlags.FS_IMMUTABLE_FL | InodeFlags.FS_APPEND_FL)) != 0;
}
