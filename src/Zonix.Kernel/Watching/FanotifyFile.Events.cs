using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Watching;

/// <content>Which events are queued, and what they say.</content>
public sealed partial class FanotifyFile
{
    private const FileEvents EventFlags = FileEvents.FAN_ONDIR | FileEvents.FAN_EVENT_ON_CHILD;
    private const FileEvents Outgoing = FileEvents.IN_ALL_EVENTS | FileEvents.FAN_OPEN_EXEC | FileEvents.FAN_RENAME | FileEvents.FAN_ONDIR |
        PermissionEvents;

    /// <inheritdoc/>
    public void Handle(in FileEvent happened, in WatchMarks marks)
    {
        if ((happened.What & FileEvents.IN_MODIFY) != 0)
            EndIgnoring(marks);
        FileEvents what = Select(happened, marks, out bool tellsOld, out bool tellsNew);
        if (what == 0)
            return;
        if (happened.Question is { } question)
        {
            question.Add(this, By(what, happened.Place, question: question));
            return;
        }
        FanotifyEvent made = ReportsHandles ? Describe(happened, what, tellsOld, tellsNew) : By(what, happened.Place);
        lock (gate)
        {
            if (isClosed || !Enqueue(made))
                return;
            if (!made.Place.IsNull)
                made.Place.Mount.Enter(writes: false);
        }
        ReadQueue.WakeAll();
    }

    private static void EndIgnoring(in WatchMarks marks)
    {
        ReadOnlySpan<WatchMark?> met = [marks.Directory, marks.Inode, marks.Mount, marks.FileSystem];
        foreach (WatchMark? mark in met)
        {
            if (mark is { IgnoresUntilModified: true })
                mark.Ignored = 0;
        }
    }

    // What is left of an event after what marks ask for and ignore.
    private FileEvents Select(in FileEvent happened, in WatchMarks marks, out bool tellsOld, out bool tellsNew)
    {
        tellsOld = tellsNew = false;
        bool ofDirectory = (happened.What & FileEvents.FAN_ONDIR) != 0;
        if (!ReportsHandles)
        {
            // There has to be something to open.
            if (happened.Place.IsNull || happened.Target.Access is { IsDirectory: false, IsRegular: false })
                return 0;
        }
        else if ((Mode & FanotifyInitFlags.FAN_REPORT_FID) == 0 && happened.Directory is null && !ofDirectory)
        {
            return 0;
        }
        FileEvents asked = 0, ignored = 0;
        tellsOld = Weigh(marks.Directory, ofDirectory, !happened.IsOfEntry, ref asked, ref ignored);
        Weigh(marks.Inode, ofDirectory, false, ref asked, ref ignored);
        Weigh(marks.Mount, ofDirectory, false, ref asked, ref ignored);
        bool tellsAll = Weigh(marks.FileSystem, ofDirectory, false, ref asked, ref ignored);
        // Within one directory, one mark stands for both.
        tellsNew = !ReferenceEquals(marks.NewDirectory, marks.Directory) && Weigh(marks.NewDirectory, ofDirectory, false, ref asked, ref ignored);
        tellsNew |= tellsAll || (tellsOld && ReferenceEquals(marks.NewDirectory, marks.Directory));
        tellsOld |= tellsAll;
        FileEvents found = happened.What & asked & ~ignored & Outgoing;
        return (found & ~EventFlags) == 0 ? 0 : ReportsHandles ? found : found & ~EventFlags;
    }

    private static bool Weigh(WatchMark? mark, bool ofDirectory, bool asParent, ref FileEvents asked, ref FileEvents ignored)
    {
        if (mark is null)
            return false;
        FileEvents mask = mark.Mask, ignore = mark.Ignored;
        if (ignore != 0)
        {
            // The older masks hold for directories too, and for children where the mark's own events do.
            bool isNew = ((FanotifyMarkFlags)mark.Options & FanotifyMarkFlags.FAN_MARK_IGNORE) != 0;
            FileEvents rules = isNew ? ignore : FileEvents.FAN_ONDIR | (mask & FileEvents.FAN_EVENT_ON_CHILD);
            if (Applies(rules, ofDirectory, asParent))
                ignored |= ignore & ~EventFlags;
        }
        if (!Applies(mask, ofDirectory, asParent))
            return false;
        asked |= mask;
        return true;
    }

    private static bool Applies(FileEvents mask, bool ofDirectory, bool asParent) =>
        (!ofDirectory || (mask & FileEvents.FAN_ONDIR) != 0) && (!asParent || (mask & FileEvents.FAN_EVENT_ON_CHILD) != 0);

    // fanotify_init(2): which directory, name and object an event comes with.
    private FanotifyEvent Describe(in FileEvent happened, FileEvents what, bool tellsOld, bool tellsNew)
    {
        bool ofEntry = happened.IsOfEntry, ofDirectory = (what & FileEvents.FAN_ONDIR) != 0;
        bool withName = (Mode & FanotifyInitFlags.FAN_REPORT_NAME) != 0, withTarget = (Mode & FanotifyInitFlags.FAN_REPORT_TARGET_FID) != 0;
        bool withObject = (Mode & FanotifyInitFlags.FAN_REPORT_FID) != 0;
        FileIdentity self = Identify(happened.Target, happened.Entry);
        FileIdentity? parent = Identify(happened.Directory);
        // A directory's own events are about itself.
        FileIdentity? directory = !ofEntry && ofDirectory ? self : parent;
        if ((Mode & FanotifyInitFlags.FAN_REPORT_DIR_FID) == 0 || directory is null)
            return By(what, default, theObject: ofEntry && !withTarget ? parent : self);
        FileIdentity? child = (ofEntry ? withTarget : withObject && !ofDirectory) ? self : null;
        byte[] name = withName && (ofEntry || !ofDirectory) ? happened.Name.ToArray() : [];
        FileIdentity? target = null;
        FileIdentity? source = directory;
        if ((what & FileEvents.FAN_RENAME) != 0)
        {
            target = tellsNew ? Identify(happened.NewDirectory) : null;
            if (!tellsOld)
            {
                source = null;
                name = [];
            }
        }
        return name.Length > 0 || target is not null || child is not null
            ? By(what, default, child, source, target, name, target is null ? [] : happened.NewName.ToArray())
            : By(what, default, directory);
    }

    private FanotifyEvent By(
        FileEvents what, VfsPath place, FileIdentity? theObject = null, FileIdentity? directory = null, FileIdentity? target = null,
        byte[]? name = null, byte[]? newName = null, PermissionQuestion? question = null)
    {
        Tasks.KernelTask? task = Worker.Current?.Running;
        bool thread = (Mode & FanotifyInitFlags.FAN_REPORT_TID) != 0;
        return new FanotifyEvent
        {
            Mask = what, Process = task?.Process, Id = task is null ? 0 : thread ? task.Tid.Value : task.Process.Pid.Value,
            Place = place, Object = theObject, Directory = directory, NewDirectory = target, Name = name ?? [], NewName = newName ?? [],
            Question = question,
        };
    }

    private FileIdentity? Identify(Dentry? directory) => directory?.Inode is { } inode ? Identify(inode, directory) : null;

    private FileIdentity Identify(IInode inode, Dentry? entry) =>
        new(inode.FileSystem.Device, vfs.Handles.NumberOf(inode, inode.FileSystem, entry));

    // The reader is told once that events are lost. Under the gate.
    private bool IsFull()
    {
        if (events.Count < limit)
            return false;
        if (!overflowed)
            events.Enqueue(new FanotifyEvent { Mask = FileEvents.IN_Q_OVERFLOW });
        overflowed = true;
        return true;
    }

    // Whether the event itself was queued; else it went into an older one, or was lost.
    private bool Enqueue(FanotifyEvent made)
    {
        if (IsFull())
            return false;
        if (known.TryGetValue(made, out FanotifyEvent? old))
        {
            old.Mask |= made.Mask;
            return false;
        }
        events.Enqueue(made);
        known.Add(made);
        return true;
    }
}
