using System.Collections.Concurrent;
using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Watching;

/// <summary>
/// Who watches which files of a machine. While nobody does, an operation on files asks <see cref="IsActive"/> and goes on.
/// Objects are watched by identity: a name of the same inode elsewhere is the same object.
/// </summary>
public sealed partial class FileWatching
{
    private const FileEvents OptionBits = FileEvents.FAN_EVENT_ON_CHILD | FileEvents.IN_ISDIR;
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<object, WatchedObject> objects = new(ReferenceEqualityComparer.Instance);
    private int count, generation, lastCookie;

    /// <summary>Whether anybody watches anything.</summary>
    public bool IsActive => Volatile.Read(ref count) != 0;

    /// <summary>Limits of inotify(7).</summary>
    public WatchLimits InotifyLimits { get; } = new(maxGroups: 128, maxWatches: 65536);

    /// <summary>Limits of fanotify(7).</summary>
    public WatchLimits FanotifyLimits { get; } = new(maxGroups: 128, maxWatches: 65536);

    /// <summary>The group's mark on an object; null: it has none.</summary>
    internal WatchMark? Find(IWatchGroup group, object target) => objects.TryGetValue(target, out WatchedObject? watched) ? watched.Of(group) : null;

    /// <summary>Puts a mark on its object.</summary>
    internal void Add(WatchMark mark)
    {
        lock (gate)
        {
            objects.GetOrAdd(mark.Target, _ => new WatchedObject()).Add(mark);
            count++;
            generation++;
        }
    }

    /// <summary>Takes a mark off.</summary>
    internal void Remove(WatchMark mark)
    {
        lock (gate)
        {
            if (!objects.TryGetValue(mark.Target, out WatchedObject? watched) || !watched.Remove(mark))
                return;
            if (watched.Marks.Length == 0)
                objects.TryRemove(mark.Target, out _);
            count--;
            generation++;
        }
    }

    /// <summary>What is asked for has changed: descriptions look again.</summary>
    internal void Changed() => Interlocked.Increment(ref generation);

    /// <summary>All watched inodes of a file system go, as it is unmounted. umount(2).</summary>
    public void Unmounted(IFileSystem fileSystem)
    {
        if (!IsActive)
            return;
        foreach (object target in objects.Keys)
        {
            if (target is IInode inode && ReferenceEquals(inode.FileSystem, fileSystem))
            {
                ReportSelf(inode, FileEvents.IN_UNMOUNT, null);
                Forget(inode);
            }
        }
        Forget(fileSystem);
    }

    /// <summary>A mount is gone: so are the marks on it.</summary>
    public void Unmounted(Mount mount)
    {
        if (IsActive)
            Forget(mount);
    }

    private void Forget(object target)
    {
        WatchMark[] marks;
        lock (gate)
        {
            if (!objects.TryRemove(target, out WatchedObject? watched))
                return;
            marks = watched.Marks;
            count -= marks.Length;
            generation++;
        }
        foreach (WatchMark mark in marks)
            mark.Group.TargetGone(mark);
    }

    private WatchedObject? Of(object? target) => target is not null && objects.TryGetValue(target, out WatchedObject? watched) ? watched : null;
}
