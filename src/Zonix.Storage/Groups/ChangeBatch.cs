namespace Zonix.Storage.Groups;

/// <summary>What has changed in a dataset since the last group, as one consistent state.</summary>
public sealed class ChangeBatch
{
    /// <summary>Inodes that were changed, made or taken away.</summary>
    public List<InodeChange> Inodes { get; } = [];

    /// <summary>Names that were changed, made or taken away.</summary>
    public List<NameChange> Names { get; } = [];

    /// <summary>The next number that an inode gets.</summary>
    public ulong NextInode { get; set; }

    /// <summary>The layer it is written to.</summary>
    public long Layer { get; internal set; }

    /// <summary>Why it was gathered.</summary>
    public CaptureKind Kind { get; internal set; }

    /// <summary>Whether there is nothing in it.</summary>
    public bool IsEmpty => Inodes.Count == 0 && Names.Count == 0;
}
