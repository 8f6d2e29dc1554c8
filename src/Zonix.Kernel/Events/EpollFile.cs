using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Events;

/// <summary>
/// A set of watched files. epoll(7). Its cost does not grow with the files that are not ready: a wake-up puts its item on
/// the ready list, and only those are asked.
/// Locks: <c>control</c> (registrations, collecting) before <c>gate</c> (the ready list, a leaf taken inside wake-ups).
/// </summary>
public sealed class EpollFile(IInode inode) : IPollable, IUnmovable
{
    private const int MaxNesting = 5;
    private const uint AlwaysReported = (uint)(PollEvents.POLLERR | PollEvents.POLLHUP);
    private readonly Lock control = new();
    private readonly Dictionary<(int Fd, OpenFileDescription File), EpollItem> items = [];
    private SpinGate gate;
    private EpollItem? firstReady, lastReady;
    private volatile bool isCollecting;

    /// <inheritdoc/>
    public IInode Inode => inode;

    /// <inheritdoc/>
    public WaitQueue ReadQueue { get; } = new();

    /// <inheritdoc/>
    public WaitQueue WriteQueue => ReadQueue;

    /// <summary>EPOLL_CTL_ADD: EPERM for files that are always ready, EEXIST, ELOOP, EINVAL.</summary>
    public Errno Add(Fd fd, OpenFileDescription file, uint interest, ulong data)
    {
        if (file.Pollable is null)
            return Errno.EPERM;
        if (file.File is EpollFile inner)
        {
            if (ReferenceEquals(inner, this))
                return Errno.EINVAL;
            if (inner.Reaches(this, MaxNesting) || inner.Depth(MaxNesting) >= MaxNesting - 1)
                return Errno.ELOOP;
        }
        EpollItem item;
        lock (control)
        {
            if (items.ContainsKey((fd.Value, file)))
                return Errno.EEXIST;
            bool exclusive = (interest & (uint)EpollOptions.EPOLLEXCLUSIVE) != 0;
            item = new EpollItem(this, fd, file, exclusive) { Interest = interest | AlwaysReported, Data = data };
            items.Add((fd.Value, file), item);
        }
        file.Closing += item.OnClosing;
        item.Enrol();
        CheckNow(item);
        return 0;
    }

    /// <summary>EPOLL_CTL_MOD: ENOENT; EINVAL for exclusive registrations.</summary>
    public Errno Modify(Fd fd, OpenFileDescription file, uint interest, ulong data)
    {
        EpollItem? item;
        lock (control)
        {
            if (!items.TryGetValue((fd.Value, file), out item))
                return Errno.ENOENT;
            if (((item.Interest | interest) & (uint)EpollOptions.EPOLLEXCLUSIVE) != 0)
                return Errno.EINVAL;
            item.Interest = interest | AlwaysReported;
            item.Data = data;
        }
        CheckNow(item);
        return 0;
    }

    /// <summary>EPOLL_CTL_DEL: ENOENT.</summary>
    public Errno Remove(Fd fd, OpenFileDescription file)
    {
        EpollItem? item;
        lock (control)
        {
            if (!items.Remove((fd.Value, file), out item))
                return Errno.ENOENT;
            item.IsRemoved = true;
        }
        file.Closing -= item.OnClosing;
        item.Leave();
        return 0;
    }

    /// <summary>Takes up to <paramref name="events"/>.Length events, each item once; level-triggered items stay on the ready list.</summary>
    public int Collect(Span<(uint Events, ulong Data)> events)
    {
        int found = 0;
        lock (control)
        {
            // What rings meanwhile goes to the list anew, and is for the next time.
            EpollItem? next = DetachReady(out EpollItem? last);
            while (next is { } item && found < events.Length)
            {
                next = TakeFirst(item);
                uint ready = item.IsRemoved ? 0 : Ask(item);
                if (ready == 0)
                    continue;
                events[found++] = (ready, item.Data);
                var options = (EpollOptions)item.Interest;
                if ((options & EpollOptions.EPOLLONESHOT) != 0)
                    item.Interest &= (uint)EpollOptions.EPOLLET | (uint)EpollOptions.EPOLLONESHOT;
                else if ((options & EpollOptions.EPOLLET) == 0)
                    PutReady(item);
            }
            Reattach(next, last);
        }
        return found;
    }

    /// <summary>What it watches: descriptor, file, events and options, data. A copy.</summary>
    public (int Fd, OpenFileDescription File, uint Events, ulong Data)[] Watched()
    {
        lock (control)
            return [.. items.Values.Select(static item => (item.Fd.Value, item.File, item.Interest, item.Data))];
    }

    /// <summary>How many descriptors it watches.</summary>
    public int Count => items.Count;

    /// <inheritdoc/>
    public PollEvents Poll(PollEvents interest)
    {
        if (Volatile.Read(ref firstReady) is null && !isCollecting)
            return 0;
        lock (control)
        {
            // What is no longer ready leaves the list; the first that is answers the question.
            while (TakeReady() is { } item)
            {
                if (item.IsRemoved || Ask(item) == 0)
                    continue;
                PutReady(item);
                return PollEvents.POLLIN | PollEvents.POLLRDNORM;
            }
        }
        return 0;
    }

    /// <inheritdoc/>
    public void Close()
    {
        EpollItem[] all;
        lock (control)
        {
            all = [.. items.Values];
            items.Clear();
        }
        foreach (EpollItem item in all)
        {
            item.File.Closing -= item.OnClosing;
            item.Leave();
        }
    }

    /// <summary>An item may be ready. Answers whether that has woken somebody.</summary>
    internal bool MarkReady(EpollItem item) => PutReady(item) && ReadQueue.Wake(int.MaxValue) > 0;

    private static uint Ask(EpollItem item)
    {
        uint wanted = item.Interest & 0xffff;
        return wanted == 0 ? 0 : (uint)item.File.Pollable!.Poll((PollEvents)wanted) & wanted;
    }

    private void CheckNow(EpollItem item)
    {
        if (Ask(item) != 0)
            _ = MarkReady(item);
    }

    private bool Reaches(EpollFile other, int depth)
    {
        if (depth == 0)
            return true;
        lock (control)
        {
            foreach (EpollItem item in items.Values)
            {
                if (item.File.File is EpollFile inner && (ReferenceEquals(inner, other) || inner.Reaches(other, depth - 1)))
                    return true;
            }
        }
        return false;
    }

    /// <summary>How many sets lie one in the other below this one.</summary>
    private int Depth(int limit)
    {
        int deepest = 0;
        if (limit == 0)
            return 0;
        lock (control)
        {
            foreach (EpollItem item in items.Values)
            {
                if (item.File.File is EpollFile inner)
                    deepest = Math.Max(deepest, inner.Depth(limit - 1) + 1);
            }
        }
        return deepest;
    }

    private bool PutReady(EpollItem item)
    {
        gate.Enter();
        bool added = !item.IsReady;
        if (added)
        {
            item.IsReady = true;
            item.NextReady = null;
            if (lastReady is null)
                firstReady = item;
            else
                lastReady.NextReady = item;
            lastReady = item;
        }
        gate.Exit();
        return added;
    }

    private EpollItem? TakeReady()
    {
        gate.Enter();
        EpollItem? item = firstReady;
        if (item is not null)
        {
            firstReady = item.NextReady;
            if (firstReady is null)
                lastReady = null;
            item.NextReady = null;
            item.IsReady = false;
        }
        gate.Exit();
        return item;
    }

    /// <summary>Takes the whole list; its items count as ready until <see cref="TakeFirst"/> has them.</summary>
    private EpollItem? DetachReady(out EpollItem? last)
    {
        isCollecting = true;
        gate.Enter();
        EpollItem? first = firstReady;
        last = lastReady;
        firstReady = lastReady = null;
        gate.Exit();
        return first;
    }

    /// <summary>From here on a wake-up puts the item on the list again. Answers the one after it.</summary>
    private EpollItem? TakeFirst(EpollItem item)
    {
        gate.Enter();
        EpollItem? next = item.NextReady;
        item.NextReady = null;
        item.IsReady = false;
        gate.Exit();
        return next;
    }

    /// <summary>What there was no room for comes first the next time.</summary>
    private void Reattach(EpollItem? first, EpollItem? last)
    {
        if (first is not null)
        {
            gate.Enter();
            last!.NextReady = firstReady;
            lastReady ??= last;
            firstReady = first;
            gate.Exit();
        }
        isCollecting = false;
    }
}
