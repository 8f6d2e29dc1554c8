using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Events;

/// <summary>One registration in an epoll set. It sits in the wait queues of its file for as long as it is registered.</summary>
internal sealed class EpollItem : IWaiter
{
    private readonly WaitEntry readEntry, writeEntry;

    public EpollItem(EpollFile set, Fd fd, OpenFileDescription file, bool exclusive)
    {
        Set = set;
        Fd = fd;
        File = file;
        readEntry = new WaitEntry(this) { IsExclusive = exclusive };
        writeEntry = new WaitEntry(this) { IsExclusive = exclusive };
    }

    public EpollFile Set { get; }

    public Fd Fd { get; }

    public OpenFileDescription File { get; }

    /// <summary>Events asked for and options; 0 events: switched off by EPOLLONESHOT.</summary>
    public uint Interest { get; set; }

    public ulong Data { get; set; }

    /// <summary>Links of the set's ready list; under its gate.</summary>
    public EpollItem? NextReady { get; set; }

    public bool IsReady { get; set; }

    public bool IsRemoved { get; set; }

    public void Enrol()
    {
        IPollable pollable = File.Pollable!;
        pollable.ReadQueue.Enrol(readEntry);
        if (!ReferenceEquals(pollable.ReadQueue, pollable.WriteQueue))
            pollable.WriteQueue.Enrol(writeEntry);
    }

    public void Leave()
    {
        // Not the file's queues: those of a signalfd depend on who asks.
        readEntry.Queue?.Leave(readEntry);
        writeEntry.Queue?.Leave(writeEntry);
    }

    public void OnClosing(OpenFileDescription file) => Set.Remove(Fd, file);

    private bool IsForOtherDirection(WaitEntry entry)
    {
        const uint Reads = (uint)(PollEvents.POLLIN | PollEvents.POLLPRI | PollEvents.POLLRDNORM | PollEvents.POLLRDHUP);
        const uint Writes = (uint)(PollEvents.POLLOUT | PollEvents.POLLWRNORM);
        uint other = ReferenceEquals(entry, writeEntry) ? Writes : Reads;
        return writeEntry.IsEnrolled && (Interest & other) == 0;
    }

    public bool Notify(WaitEntry entry)
    {
        // An exclusive registration lets the wake-up pass when it is not for it, or when nobody waits for its set.
        if (entry.IsExclusive && IsForOtherDirection(entry))
            return false;
        return Set.MarkReady(this) || !entry.IsExclusive;
    }
}
