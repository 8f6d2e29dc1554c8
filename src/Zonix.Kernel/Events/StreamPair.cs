using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Events;

/// <summary>One end of two connected sockets of one machine, a pipe in each direction. socketpair(2), unix(7).</summary>
public sealed class StreamPair : IReadable, IWritable, IPollable
{
    private readonly Pipe incoming, outgoing;
    private int readShut, writeShut;

    private StreamPair(IInode inode, Pipe incoming, Pipe outgoing)
    {
        Inode = inode;
        this.incoming = incoming;
        this.outgoing = outgoing;
        incoming.Open(reads: true, writes: false);
        outgoing.Open(reads: false, writes: true);
    }

    /// <inheritdoc/>
    public IInode Inode { get; }

    /// <inheritdoc/>
    public WaitQueue ReadQueue => incoming.ReadQueue;

    /// <inheritdoc/>
    public WaitQueue WriteQueue => outgoing.WriteQueue;

    /// <summary>Makes both ends.</summary>
    public static (StreamPair First, StreamPair Second) Create(IInode first, IInode second)
    {
        Pipe forth = new(), back = new();
        return (new StreamPair(first, back, forth), new StreamPair(second, forth, back));
    }

    /// <inheritdoc/>
    public SysResult Read(ref UserBuffer buffer, long offset) => Volatile.Read(ref readShut) != 0 ? 0 : incoming.Read(ref buffer);

    /// <inheritdoc/>
    public SysResult Write(ref UserBuffer buffer, ref long offset) => Volatile.Read(ref writeShut) != 0 ? Errno.EPIPE : outgoing.Write(ref buffer, packets: false);

    /// <inheritdoc/>
    public PollEvents Poll(PollEvents interest)
    {
        // A socket whose peer is gone is readable (it reads 0) and hung up; a pipe's end would only be hung up.
        PollEvents reading = Volatile.Read(ref readShut) != 0 ? PollEvents.POLLHUP : incoming.Poll(reads: true, writes: false, writersBefore: -1);
        PollEvents writing = outgoing.Poll(reads: false, writes: true, writersBefore: -1);
        PollEvents events = (reading | writing) & ~(PollEvents.POLLERR | PollEvents.POLLHUP);
        if ((reading & PollEvents.POLLHUP) != 0)
            events |= PollEvents.POLLIN | PollEvents.POLLRDNORM | PollEvents.POLLRDHUP;
        if ((reading & PollEvents.POLLHUP) != 0 && ((writing & PollEvents.POLLERR) != 0 || Volatile.Read(ref writeShut) != 0))
            events |= PollEvents.POLLHUP | PollEvents.POLLOUT;
        return events;
    }

    /// <summary>shutdown(2).</summary>
    public void Shutdown(bool reads, bool writes)
    {
        if (reads && Interlocked.Exchange(ref readShut, 1) == 0)
            incoming.Close(reads: true, writes: false);
        if (writes && Interlocked.Exchange(ref writeShut, 1) == 0)
            outgoing.Close(reads: false, writes: true);
    }

    /// <inheritdoc/>
    public void Close() => Shutdown(reads: true, writes: true);
}
