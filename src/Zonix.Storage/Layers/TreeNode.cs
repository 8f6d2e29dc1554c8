namespace Zonix.Storage.Layers;

/// <summary>An inode as a layer has it; it does not change. Times are nanoseconds since the epoch.</summary>
public sealed class TreeNode
{
    /// <summary>Its number, which stays the same in all snapshots and clones.</summary>
    public required ulong Inode { get; init; }

    /// <summary>The layer its row is in.</summary>
    public required long Layer { get; init; }

    /// <summary>Type and permissions; owner; names; flags of ioctl_iflags(2).</summary>
    public uint Mode { get; init; }

    /// <summary>Owner.</summary>
    public uint Uid { get; init; }

    /// <summary>Group.</summary>
    public uint Gid { get; init; }

    /// <summary>Names it has.</summary>
    public uint Links { get; init; }

    /// <summary>Flags of ioctl_iflags(2).</summary>
    public uint Flags { get; init; }

    /// <summary>The device that a node stands for.</summary>
    public ulong Rdev { get; init; }

    /// <summary>Size in bytes.</summary>
    public long Size { get; init; }

    /// <summary>Bytes that the content takes in the pool.</summary>
    public long Stored { get; init; }

    /// <summary>Last access.</summary>
    public long AccessNs { get; init; }

    /// <summary>Last change of the content.</summary>
    public long ModifyNs { get; init; }

    /// <summary>Last change of the attributes.</summary>
    public long ChangeNs { get; init; }

    /// <summary>When it was made.</summary>
    public long BirthNs { get; init; }

    /// <summary>The content of a regular file; 0: it has none.</summary>
    public long Content { get; init; }

    /// <summary>The text of a symbolic link.</summary>
    public byte[]? Target { get; init; }

    /// <summary>Extended attributes, as <see cref="AttributeList"/> packs them.</summary>
    public byte[]? Attributes { get; init; }
}
