namespace Zonix.Kernel.Watching;

/// <summary>What a group wants to know of one object: an inode, a mount or a file system.</summary>
public sealed class WatchMark(IWatchGroup group, object target)
{
    private int mask, ignored;

    /// <summary>Who watches.</summary>
    public IWatchGroup Group => group;

    /// <summary>What is watched: an <see cref="Vfs.IInode"/>, <see cref="Vfs.Mount"/> or <see cref="Vfs.IFileSystem"/>.</summary>
    public object Target => target;

    /// <summary>The group's number for it (inotify's wd).</summary>
    public int Number { get; init; }

    /// <summary>Events and options.</summary>
    public FileEvents Mask
    {
        get => (FileEvents)Volatile.Read(ref mask);
        internal set => Volatile.Write(ref mask, (int)value);
    }

    /// <summary>Events that are not wanted after all. fanotify_mark(2), FAN_MARK_IGNORE.</summary>
    public FileEvents Ignored
    {
        get => (FileEvents)Volatile.Read(ref ignored);
        internal set => Volatile.Write(ref ignored, (int)value);
    }

    /// <summary>Whether what is ignored is ignored until the file is changed.</summary>
    internal bool IgnoresUntilModified { get; set; }

    /// <summary>All it has to hear of: what is wanted, and what ends its ignoring.</summary>
    internal FileEvents Interest => IgnoresUntilModified && Ignored != 0 ? Mask | FileEvents.IN_MODIFY : Mask;

    /// <summary>How the group treats it; the group's own bits.</summary>
    public uint Options { get; internal set; }

    /// <summary>It was taken off; under the group's gate.</summary>
    internal bool IsOff { get; set; }
}
