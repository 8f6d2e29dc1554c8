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
    /// <summary>All that these marks ask for.</summary>
    public FileEvents Mask =>
        (Directory?.Mask ?? 0) | (Inode?.Mask ?? 0) | (Mount?.Mask ?? 0) | (FileSystem?.Mask ?? 0) | (NewDirectory?.Mask ?? 0);
}
