namespace Zonix.Kernel.Watching;

/// <summary>Somebody who watches: an inotify or fanotify descriptor, or the directory notification of fcntl(2).</summary>
public interface IWatchGroup
{
    /// <summary>
    /// Something happened that at least one of the group's marks is interested in. May be called with directory gates held:
    /// takes leaf locks only.
    /// </summary>
    void Handle(in FileEvent happened, in WatchMarks marks);

    /// <summary>What the mark was on is gone; the mark has been taken off already.</summary>
    void TargetGone(WatchMark mark);
}
