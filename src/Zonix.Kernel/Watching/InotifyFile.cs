using System.Buffers.Binary;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Watching;

/// <summary>
/// A queue of events of watched files. inotify(7). The gate is a leaf but for the user's memory that a read fills; marks are put on and
/// taken off outside it.
/// </summary>
public sealed class InotifyFile : IReadable, IPollable, IControllable, IUnmovable, IWatchGroup
{
    private const uint FIONREAD = 0x541B;
    private const FileEvents UserBits = FileEvents.IN_ALL_EVENTS, OptionBits = FileEvents.IN_ONESHOT | FileEvents.IN_EXCL_UNLINK;
    private readonly Lock gate = new();
    private readonly Lock changes = new();
    private readonly FileWatching watching;
    private readonly Queue<InotifyEvent> events = new();
    private readonly Dictionary<int, WatchMark> watches = [];
    private readonly uint user;
    private readonly int limit;
    private InotifyEvent? newest;
    private int lastWatch, queuedBytes;
    private bool overflowed, isClosed;

    private InotifyFile(IInode inode, FileWatching watching, uint user)
    {
        Inode = inode;
        this.watching = watching;
        this.user = user;
        limit = watching.InotifyLimits.MaxQueuedEvents;
    }

    /// <inheritdoc/>
    public IInode Inode { get; }

    /// <inheritdoc/>
    public WaitQueue ReadQueue { get; } = new();

    /// <inheritdoc/>
    public WaitQueue WriteQueue => ReadQueue;

    /// <summary>The watches, in the order of their numbers.</summary>
    public WatchMark[] Watches
    {
        get
        {
            lock (gate)
            {
                WatchMark[] all = [.. watches.Values];
                Array.Sort(all, (a, b) => a.Number - b.Number);
                return all;
            }
        }
    }

    /// <summary>A new queue. EMFILE: the user has too many.</summary>
    public static Errno Create(IInode inode, FileWatching watching, uint user, out InotifyFile? file)
    {
        file = watching.InotifyLimits.TryAddGroup(user) ? new InotifyFile(inode, watching, user) : null;
        return file is null ? Errno.EMFILE : 0;
    }

    /// <summary>Watches an inode, or changes its watch; answers the watch's number. inotify_add_watch(2): EEXIST, ENOSPC.</summary>
    public SysResult Watch(IInode target, FileEvents wanted)
    {
        FileEvents mask = (wanted & UserBits) | FileEvents.IN_UNMOUNT | FileEvents.FAN_EVENT_ON_CHILD;
        lock (changes)
        {
            if (watching.Find(this, target) is { } old)
            {
                if ((wanted & FileEvents.IN_MASK_CREATE) != 0)
                    return Errno.EEXIST;
                bool adds = (wanted & FileEvents.IN_MASK_ADD) != 0;
                old.Mask = adds ? old.Mask | mask : mask;
                old.Options = (adds ? old.Options : 0) | (uint)(wanted & OptionBits);
                watching.Changed();
                return old.Number;
            }
            if (!watching.InotifyLimits.TryAddWatch(user))
                return Errno.ENOSPC;
            WatchMark mark;
            lock (gate)
            {
                do
                    lastWatch = lastWatch == int.MaxValue ? 1 : lastWatch + 1;
                while (watches.ContainsKey(lastWatch));
                mark = new WatchMark(this, target) { Number = lastWatch, Mask = mask, Options = (uint)(wanted & OptionBits) };
                watches.Add(lastWatch, mark);
            }
            watching.Add(mark);
            return mark.Number;
        }
    }

    /// <summary>Stops watching. inotify_rm_watch(2): EINVAL.</summary>
    public Errno Remove(int watch)
    {
        WatchMark? mark;
        lock (gate)
        {
            if (!watches.TryGetValue(watch, out mark))
                return Errno.EINVAL;
        }
        return TakeOff(mark) ? 0 : Errno.EINVAL;
    }

    /// <inheritdoc/>
    public void Handle(in FileEvent happened, in WatchMarks marks)
    {
        if (marks.Directory is { } directory)
            Queue(directory, happened, happened.Name);
        if (marks.Inode is { } own)
            Queue(own, happened, default);
    }

    /// <inheritdoc/>
    public void TargetGone(WatchMark mark) => TakeOff(mark);

    /// <inheritdoc/>
    public SysResult Read(ref UserBuffer buffer, long offset)
    {
        long done = 0;
        lock (gate)
        {
            if (events.Count == 0)
                return Errno.EAGAIN;
            while (events.TryPeek(out InotifyEvent? next))
            {
                if ((ulong)next.Size > buffer.Remaining)
                    return done > 0 ? done : Errno.EINVAL;
                // One that cannot be delivered is lost, as with Linux.
                events.Dequeue();
                queuedBytes -= next.Size;
                overflowed &= next.Mask != FileEvents.IN_Q_OVERFLOW;
                if (!Deliver(ref buffer, next))
                    return done > 0 ? done : Errno.EFAULT;
                done += next.Size;
            }
            newest = null;
        }
        return done;
    }

    /// <inheritdoc/>
    public PollEvents Poll(PollEvents interest)
    {
        lock (gate)
            return events.Count > 0 ? PollEvents.POLLIN | PollEvents.POLLRDNORM : 0;
    }

    /// <inheritdoc/>
    public SysResult Control(KernelTask task, uint request, UserAddress argument)
    {
        if (request != FIONREAD)
            return Errno.ENOTTY;
        int bytes;
        lock (gate)
            bytes = queuedBytes;
        return task.Memory.TryWrite(argument, bytes) ? 0 : Errno.EFAULT;
    }

    /// <inheritdoc/>
    public void Close()
    {
        WatchMark[] all;
        lock (gate)
        {
            isClosed = true;
            all = [.. watches.Values];
            watches.Clear();
            events.Clear();
        }
        foreach (WatchMark mark in all)
            watching.Remove(mark);
        watching.InotifyLimits.RemoveWatches(user, all.Length);
        watching.InotifyLimits.RemoveGroup(user);
    }

    private static bool Deliver(ref UserBuffer buffer, InotifyEvent e)
    {
        Span<byte> bytes = stackalloc byte[e.Size];
        bytes.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(bytes, e.Watch);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], (uint)e.Mask);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], e.Cookie);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], e.PaddedNameLength);
        e.Name.CopyTo(bytes[16..]);
        return buffer.CopyOut(bytes) == bytes.Length;
    }

    private void Queue(WatchMark mark, in FileEvent happened, ReadOnlySpan<byte> name)
    {
        FileEvents what = happened.What;
        if ((mark.Mask & what & ~FileEvents.IN_ISDIR) == 0)
            return;
        var options = (FileEvents)mark.Options;
        if ((options & FileEvents.IN_EXCL_UNLINK) != 0 && happened.Place.Dentry is { IsUnlinked: true })
            return;
        // Linux hides the bit here, as old programs did not know it.
        if ((what & (FileEvents.IN_DELETE_SELF | FileEvents.IN_MOVE_SELF)) != 0)
            what &= ~FileEvents.IN_ISDIR;
        lock (gate)
        {
            if (mark.IsOff || isClosed)
                return;
            Enqueue(mark.Number, what, happened.Cookie, name);
        }
        ReadQueue.WakeAll();
        if ((options & FileEvents.IN_ONESHOT) != 0)
            TakeOff(mark);
    }

    private void Enqueue(int watch, FileEvents what, uint cookie, ReadOnlySpan<byte> name)
    {
        if (newest is not null && newest.Repeats(what, watch, name))
            return;
        if (events.Count >= limit)
        {
            if (overflowed)
                return;
            overflowed = true;
            watch = -1;
            what = FileEvents.IN_Q_OVERFLOW;
            cookie = 0;
            name = default;
        }
        newest = new InotifyEvent(watch, what, cookie, name.ToArray());
        events.Enqueue(newest);
        queuedBytes += newest.Size;
    }

    private bool TakeOff(WatchMark mark)
    {
        lock (gate)
        {
            if (mark.IsOff || isClosed)
                return false;
            mark.IsOff = true;
            watches.Remove(mark.Number);
            Enqueue(mark.Number, FileEvents.IN_IGNORED, 0, default);
        }
        watching.Remove(mark);
        watching.InotifyLimits.RemoveWatches(user, 1);
        ReadQueue.WakeAll();
        return true;
    }
}
