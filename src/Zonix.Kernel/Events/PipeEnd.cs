using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Events;

/// <summary>An open end of a pipe or FIFO; a FIFO opened O_RDWR is both.</summary>
public sealed class PipeEnd : IReadable, IWritable, IPollable, IControllable, IFlagged
{
    private const uint FIONREAD = 0x541B;
    private readonly bool reads, writes;
    private readonly int peersBefore, writersBefore;
    private bool packets;

    /// <summary>An end of a pipe that <see cref="Events.Pipe.Open"/> has been told of.</summary>
    private PipeEnd(Pipe pipe, IInode inode, bool reads, bool writes, int peersBefore, int writersBefore)
    {
        Pipe = pipe;
        Inode = inode;
        this.reads = reads;
        this.writes = writes;
        this.peersBefore = peersBefore;
        this.writersBefore = writersBefore;
    }

    /// <summary>The pipe.</summary>
    public Pipe Pipe { get; }

    /// <inheritdoc/>
    public IInode Inode { get; }

    /// <inheritdoc/>
    public WaitQueue ReadQueue => Pipe.ReadQueue;

    /// <inheritdoc/>
    public WaitQueue WriteQueue => Pipe.WriteQueue;

    /// <summary>
    /// Whether the other end is open, or was opened after this one. fifo(7). An end of a pipe without a name that is opened again
    /// waits for nobody: all of its writers may be gone for good, and what they wrote is still to be read.
    /// </summary>
    public bool PeerArrived =>
        (reads && writes) || Inode is PipeInode ||
        (reads ? Pipe.Ends.Writers > 0 || Pipe.Opens.Writers != peersBefore : Pipe.Ends.Readers > 0 || Pipe.Opens.Readers != peersBefore);

    /// <summary>Whether it can be read from, written to.</summary>
    public (bool Reads, bool Writes) Ways => (reads, writes);

    /// <summary>O_DIRECT: each write is a packet of its own.</summary>
    public OpenFlags StatusFlags
    {
        set => packets = (value & OpenFlags.O_DIRECT) != 0;
    }

    /// <summary>Opens an end; ENFILE beyond the user's limit.</summary>
    public static Errno Create(Pipe pipe, IInode inode, bool reads, bool writes, out PipeEnd? end)
    {
        (int readersBefore, int writersBefore) = pipe.Opens;
        // A FIFO's reader that found no writer hears of a hang-up only after one has come and gone.
        int awaited = pipe.Ends.Writers > 0 || inode is PipeInode ? -1 : writersBefore;
        Errno e = pipe.Open(reads, writes);
        end = e != 0 ? null : new PipeEnd(pipe, inode, reads, writes, reads ? writersBefore : readersBefore, awaited);
        return e;
    }

    /// <summary>open(2) of a FIFO: ENXIO for a writer that does not want to wait and finds no reader. fifo(7).</summary>
    public static Errno OpenFifo(Pipe pipe, IInode inode, OpenFlags flags, out IFile? file)
    {
        OpenFlags access = flags & OpenFlags.O_ACCMODE;
        file = null;
        if (access == OpenFlags.O_WRONLY && (flags & OpenFlags.O_NONBLOCK) != 0 && pipe.Ends.Readers == 0 && inode is not PipeInode)
            return Errno.ENXIO;
        Errno e = Create(pipe, inode, access != OpenFlags.O_WRONLY, access != OpenFlags.O_RDONLY, out PipeEnd? end);
        file = end;
        return e;
    }

    /// <inheritdoc/>
    public SysResult Read(ref UserBuffer buffer, long offset) => reads ? Pipe.Read(ref buffer) : Errno.EBADF;

    /// <inheritdoc/>
    public SysResult Write(ref UserBuffer buffer, ref long offset) => writes ? Pipe.Write(ref buffer, packets) : Errno.EBADF;

    /// <inheritdoc/>
    public PollEvents Poll(PollEvents interest) => Pipe.Poll(reads, writes, writersBefore);

    /// <inheritdoc/>
    public SysResult Control(KernelTask task, uint request, UserAddress argument)
    {
        if (request != FIONREAD)
            return Errno.ENOTTY;
        return task.Memory.TryWrite(argument, Pipe.Available) ? 0 : Errno.EFAULT;
    }

    /// <inheritdoc/>
    public void Close() => Pipe.Close(reads, writes);
}
