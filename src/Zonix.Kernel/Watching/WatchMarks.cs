namespace Zonix.Kernel.Watching;

/// <summary>The marks of one group that an event met.</summary>
/// <param name="Directory">On the directory the object's name is in.</param>
/// <param name="Inode">On the object itself.</param>
/// <param name="Mount">On the mount it was reached through.</param>
/// <param name="FileSystem">On its file system.</param>
/// <param name="NewDirectory">FAN_RENAME: on the directory it moved to.</param>
public readonly record struct WatchMarks(
    WatchMark? Directory, WatchMark? Inode, WatchMark? Mount, WatchMark? FileSystem, WatchMark? NewDirectory = null)
{
    /// <summary>All that these marks are to hear of.</summary>
    public FileEvents Interest =>
        (Directory?.Interest ?? 0) | (Inode?.Interest ?? 0) | (Mount?.Interest ?? 0) | (FileSystem?.Interest ?? 0) | (NewDirectory?.Interest ?? 0);
}
