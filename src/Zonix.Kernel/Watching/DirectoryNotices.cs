using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Watching;

/// <summary>
/// Signals for what happens in directories. fcntl(2), F_NOTIFY. One group for a machine: the mark on a directory asks for what all its
/// notices want. Signals are sent with directory gates held, as nobody sends any under his own locks and then looks at names.
/// </summary>
public sealed class DirectoryNotices(FileWatching watching) : IWatchGroup
{
    private const uint DN_ACCESS = 1, DN_MODIFY = 2, DN_CREATE = 4, DN_DELETE = 8, DN_RENAME = 0x10, DN_ATTRIB = 0x20, DN_MULTISHOT = 0x80000000;
    private readonly Lock gate = new();
    private readonly Dictionary<IInode, List<DirectoryNotice>> notices = [];

    /// <summary>/proc/sys/fs/dir-notify-enable.</summary>
    public bool AreEnabled { get; set; } = true;

    /// <summary>
    /// Asks for signals through a descriptor, in addition to what it has asked for before; with no events, for no more. EINVAL: they are
    /// switched off; ENOTDIR.
    /// </summary>
    public Errno Set(KernelTask task, OpenFileDescription file, Fd fd, uint wanted)
    {
        if (!AreEnabled)
            return Errno.EINVAL;
        if ((wanted & ~DN_MULTISHOT) == 0)
        {
            ReleaseOwner(file, task.Files);
            return 0;
        }
        IInode directory = file.File.Inode;
        if (!directory.Access.IsDirectory)
            return Errno.ENOTDIR;
        var notice = new DirectoryNotice(file, task.Files, fd, Translate(wanted), (wanted & DN_MULTISHOT) != 0);
        lock (gate)
        {
            if (!notices.TryGetValue(directory, out List<DirectoryNotice>? all))
                notices.Add(directory, all = []);
            int old = all.FindIndex(other => ReferenceEquals(other.File, file) && ReferenceEquals(other.Owner, task.Files));
            if (old >= 0)
                all[old] = notice with { Mask = notice.Mask | all[old].Mask, Repeats = notice.Repeats || all[old].Repeats };
            else
                all.Add(notice);
            Update(directory, all);
        }
        task.Files.OwnsNotices(this);
        return 0;
    }

    /// <inheritdoc/>
    public void Handle(in FileEvent happened, in WatchMarks marks)
    {
        if ((happened.What & FileEvents.FAN_RENAME) != 0 && !ReferenceEquals(happened.Directory, happened.NewDirectory))
            return;
        if (marks.Directory is { } above)
            Tell((IInode)above.Target, happened.What);
        if (marks.Inode is { } own && (happened.What & FileEvents.IN_ISDIR) != 0)
            Tell((IInode)own.Target, happened.What);
    }

    /// <inheritdoc/>
    public void TargetGone(WatchMark mark)
    {
        lock (gate)
            notices.Remove((IInode)mark.Target);
    }

    /// <summary>A table closes a descriptor of a description.</summary>
    internal void ReleaseOwner(OpenFileDescription file, FileTable owner)
    {
        IInode directory = file.File.Inode;
        lock (gate)
        {
            if (notices.TryGetValue(directory, out List<DirectoryNotice>? all) &&
                all.RemoveAll(notice => ReferenceEquals(notice.File, file) && ReferenceEquals(notice.Owner, owner)) > 0)
                Update(directory, all);
        }
    }

    private static FileEvents Translate(uint wanted)
    {
        FileEvents mask = 0;
        if ((wanted & DN_ACCESS) != 0)
            mask |= FileEvents.IN_ACCESS;
        if ((wanted & DN_MODIFY) != 0)
            mask |= FileEvents.IN_MODIFY;
        if ((wanted & DN_CREATE) != 0)
            mask |= FileEvents.IN_CREATE | FileEvents.IN_MOVED_TO;
        if ((wanted & DN_DELETE) != 0)
            mask |= FileEvents.IN_DELETE | FileEvents.IN_MOVED_FROM;
        if ((wanted & DN_RENAME) != 0)
            mask |= FileEvents.FAN_RENAME;
        return (wanted & DN_ATTRIB) != 0 ? mask | FileEvents.IN_ATTRIB : mask;
    }

    private void Tell(IInode directory, FileEvents what)
    {
        DirectoryNotice[] meant;
        lock (gate)
        {
            if (!notices.TryGetValue(directory, out List<DirectoryNotice>? all))
                return;
            meant = [.. all.Where(notice => (notice.Mask & what) != 0)];
            if (all.RemoveAll(notice => (notice.Mask & what) != 0 && !notice.Repeats) > 0)
                Update(directory, all);
        }
        foreach (DirectoryNotice notice in meant)
            notice.File.Signals?.Tell(notice.Fd);
    }

    // Under the gate; that of FileWatching is a leaf below it.
    private void Update(IInode directory, List<DirectoryNotice> all)
    {
        WatchMark? mark = watching.Find(this, directory);
        if (all.Count == 0)
        {
            notices.Remove(directory);
            if (mark is not null)
                watching.Remove(mark);
            return;
        }
        FileEvents mask = FileEvents.FAN_EVENT_ON_CHILD;
        foreach (DirectoryNotice notice in all)
            mask |= notice.Mask;
        if (mark is null)
        {
            watching.Add(new WatchMark(this, directory) { Mask = mask });
            return;
        }
        mark.Mask = mask;
        watching.Changed();
    }
}
