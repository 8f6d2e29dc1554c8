using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Watching;

/// <content>Marks. fanotify_mark(2).</content>
public sealed partial class FanotifyFile
{
    private const int CAP_SYS_ADMIN = 21;
    private const FanotifyMarkFlags AnyIgnore = FanotifyMarkFlags.FAN_MARK_IGNORED_MASK | FanotifyMarkFlags.FAN_MARK_IGNORE;
    private const FanotifyMarkFlags Survives = FanotifyMarkFlags.FAN_MARK_IGNORED_SURV_MODIFY;
    private readonly Lock changes = new();
    private readonly List<WatchMark> marks = [];

    /// <summary>Whether whoever made it had CAP_SYS_ADMIN.</summary>
    public bool IsPrivileged => privileged;

    /// <summary>The marks, the oldest first.</summary>
    public WatchMark[] Marks
    {
        get
        {
            lock (gate)
                return [.. marks];
        }
    }

    /// <summary>Adds events to the mark on an inode, mount or file system, or makes it. EEXIST: it cannot become weaker; ENOSPC.</summary>
    public Errno Add(object target, FileEvents mask, FanotifyMarkFlags flags)
    {
        lock (changes)
        {
            WatchMark? mark = watching.Find(this, target);
            bool isNew = mark is null;
            if (mark is null)
            {
                if ((Mode & FanotifyInitFlags.FAN_UNLIMITED_MARKS) == 0 && !watching.FanotifyLimits.TryAddWatch(user))
                    return Errno.ENOSPC;
                mark = new WatchMark(this, target) { Options = (uint)(flags & FanotifyMarkFlags.FAN_MARK_EVICTABLE) };
            }
            else if (Weakens((FanotifyMarkFlags)mark.Options, flags))
            {
                return Errno.EEXIST;
            }
            Widen(mark, mask, flags);
            if ((mask & PermissionEvents) != 0)
                NoteAsking();
            if (isNew)
            {
                lock (gate)
                    marks.Add(mark);
                watching.Add(mark);
            }
            else
            {
                watching.Changed();
            }
            return 0;
        }
    }

    /// <summary>Takes events away from a mark; one that only has <paramref name="unremovable"/> bits left goes. ENOENT.</summary>
    public Errno Remove(object target, FileEvents mask, FileEvents unremovable, FanotifyMarkFlags flags)
    {
        lock (changes)
        {
            if (watching.Find(this, target) is not { } mark)
                return Errno.ENOENT;
            mask &= ~unremovable;
            if ((flags & AnyIgnore) != 0)
                mark.Ignored &= ~mask;
            else
                mark.Mask &= ~mask;
            if (((mark.Mask | mark.Ignored) & ~unremovable) == 0)
                TakeOff(mark);
            else
                watching.Changed();
            return 0;
        }
    }

    /// <summary>Takes all marks of a kind off: FAN_MARK_MOUNT, FAN_MARK_FILESYSTEM, or neither for inodes.</summary>
    public void Flush(FanotifyMarkFlags kind)
    {
        lock (changes)
        {
            foreach (WatchMark mark in Marks)
            {
                if (KindOf(mark) == kind)
                    TakeOff(mark);
            }
        }
    }

    /// <summary>What a mark is on, as <see cref="Flush"/> takes it.</summary>
    public static FanotifyMarkFlags KindOf(WatchMark mark) =>
        mark.Target is Mount ? FanotifyMarkFlags.FAN_MARK_MOUNT : mark.Target is IFileSystem ? FanotifyMarkFlags.FAN_MARK_FILESYSTEM : 0;

    /// <inheritdoc/>
    public void TargetGone(WatchMark mark) => Forget(mark);

    // A mark does not become evictable, nor go back to the older rules of ignoring, nor end ignoring at a change.
    private static bool Weakens(FanotifyMarkFlags old, FanotifyMarkFlags flags) =>
        ((flags & FanotifyMarkFlags.FAN_MARK_EVICTABLE) != 0 && (old & FanotifyMarkFlags.FAN_MARK_EVICTABLE) == 0) ||
        ((flags & FanotifyMarkFlags.FAN_MARK_IGNORED_MASK) != 0 && (old & FanotifyMarkFlags.FAN_MARK_IGNORE) != 0) ||
        ((flags & FanotifyMarkFlags.FAN_MARK_IGNORE) != 0 && (flags & Survives) == 0 && (old & Survives) != 0);

    private static void Widen(WatchMark mark, FileEvents mask, FanotifyMarkFlags flags)
    {
        var options = (FanotifyMarkFlags)mark.Options;
        if ((flags & FanotifyMarkFlags.FAN_MARK_EVICTABLE) == 0)
            options &= ~FanotifyMarkFlags.FAN_MARK_EVICTABLE;
        if ((flags & AnyIgnore) != 0)
            options |= flags & (FanotifyMarkFlags.FAN_MARK_IGNORE | Survives);
        mark.Options = (uint)options;
        mark.IgnoresUntilModified = (options & Survives) == 0;
        if ((flags & AnyIgnore) != 0)
            mark.Ignored |= mask;
        else
            mark.Mask |= mask;
    }

    private void TakeOff(WatchMark mark)
    {
        watching.Remove(mark);
        Forget(mark);
    }

    private void TakeAllOff()
    {
        lock (changes)
        {
            foreach (WatchMark mark in Marks)
                TakeOff(mark);
        }
    }

    private void Forget(WatchMark mark)
    {
        bool removed;
        lock (gate)
            removed = marks.Remove(mark);
        if (removed && (Mode & FanotifyInitFlags.FAN_UNLIMITED_MARKS) == 0)
            watching.FanotifyLimits.RemoveWatches(user, 1);
    }
}
