namespace Zonix.Kernel.Vfs;

/// <summary>What statfs(2) tells.</summary>
public struct FileSystemStatistics
{
    /// <summary>The magic number of the type.</summary>
    public long Type;

    /// <summary>Size of a block.</summary>
    public long BlockSize;

    /// <summary>Blocks and inodes, in all and free.</summary>
    public ulong Blocks, BlocksFree, BlocksAvailable, Files, FilesFree;

    /// <summary>The longest name.</summary>
    public long NameLength;
}
