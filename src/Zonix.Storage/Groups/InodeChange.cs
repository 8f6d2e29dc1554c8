using Zonix.Storage.Contents;

namespace Zonix.Storage.Groups;

/// <summary>An inode as it shall be in the dataset's top layer, or that it is gone.</summary>
public sealed record InodeChange
{
    /// <summary>Its number.</summary>
    public required ulong Inode { get; init; }

    /// <summary>It has no names and no users any more: its row goes. The names in it go too when it is a directory.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>A layer below has the inode: that it is gone must be written down.</summary>
    public bool Hides { get; init; }

    /// <summary>Type and permissions.</summary>
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

    /// <summary>Last access, in nanoseconds since the epoch.</summary>
    public long AccessNs { get; init; }

    /// <summary>Last change of the content.</summary>
    public long ModifyNs { get; init; }

    /// <summary>Last change of the attributes.</summary>
    public long ChangeNs { get; init; }

    /// <summary>When it was made.</summary>
    public long BirthNs { get; init; }

    /// <summary>The text of a symbolic link.</summary>
    public byte[]? Target { get; init; }

    /// <summary>Extended attributes, as <see cref="Layers.AttributeList"/> packs them.</summary>
    public byte[]? Attributes { get; init; }

    /// <summary>The content, when it is one the store knows.</summary>
    public Content? Content { get; set; }

    /// <summary>Bytes for a content of its own, which is made from them; empty when <see cref="Content"/> says all. They do not change any more.</summary>
    public ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>The content shall get its checksum with this group, if nobody writes to it until then.</summary>
    public bool Settles { get; init; }

    /// <summary>The content that the layer's row has had so far; 0: none.</summary>
    public long Replaces { get; init; }

    /// <summary>Bytes that its content has taken so far: in this layer, and as the dataset shows it.</summary>
    public (long Own, long Shown) StoredBefore { get; init; }

    /// <summary>Bytes that its content takes from now on; set when the row is written.</summary>
    public long Stored { get; internal set; }

    /// <summary>The checksum that was made for <see cref="Settles"/> or of the bytes.</summary>
    internal byte[]? Hash { get; set; }

    /// <summary>The caller's own object.</summary>
    public object? Owner { get; init; }
}
