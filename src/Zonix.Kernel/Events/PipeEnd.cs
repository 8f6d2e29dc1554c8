using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Events;

/// <summary>An open end of a pipe or FIFO; a FIFO opened O_RDWR is both.</summary>
public sealed class PipeEnd : IReadable, IWritable, IPollable, IControllable
{
    private const uint FIONREAD = 0x541B;
    private readonly bool reads, writes;
    private readonly int peersBefore;

    /// <summary>Opens the end.</summary>
    public PipeEnd(Pipe pipe, IInode inode, bool reads, bool writes)
    {
        Pipe = pipe;
        Inode = inode;
        this.reads = reads;
        this.writes = writes;
        peersBefore = reads ? pipe.Opens.Writers : pipe.Opens.Readers;
        pipe.Open(reads, writes);
    }

    /// <summary>The pipe.</summary>
    public Pipe Pipe { get; }

    /// <inheritdoc/>
    public IInode Inode { get; }

    /// <inheritdoc/>
    public WaitQueue ReadQueue => Pipe.ReadQueue;

    /// <inheritdoc/>
    public WaitQueue WriteQueue => Pipe.WriteQueue;

    /// <summary>Whether the other end is open, or was opened after this one. fifo(7).</summary>
    public bool PeerArrived =>
        (reads && writes) ||
        (reads ? Pipe.Ends.Writers > 0 || Pipe.Opens.Writers != peersBefore : Pipe.Ends.Readers > 0 || Pipe.Opens.Readers != peersBefore);

    /// <summary>open(2) of a FIFO: ENXIO for a writer that does not want to wait and finds no reader. fifo(7).</summary>
    public static Errno OpenFifo(Pipe pipe, IInode inode, OpenFlags flags, out IFile? file)
    {
        OpenFlags access = flags & OpenFlags.O_ACCMODE;
        file = null;
        if (access == OpenFlags.O_WRONLY && (flags & OpenFlags.O_NONBLOCK) != 0 && pipe.Ends.Readers == 0)
            return Errno.ENXIO;
        file = new PipeEnd(pipe, inode, access != OpenFlags.O_WRONLY, access != OpenFlags.O_RDONLY);
        return 0;
    }

    /// <inheritdoc/>
    public SysResult Read(ref UserBuffer buffer, long offset) => reads ? Pipe.Read(ref buffer) : Errno.EBADF;

    /// <inheritdoc/>
    public SysResult Write(ref UserBuffer buffer, ref long offset) => writes ? Pipe.Write(ref buffer) : Errno.EBADF;

    /// <inheritdoc/>
    public PollEvents Poll(PollEvents interest) => Pipe.Poll(reads, writes);

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
