using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Ipc;

/// <summary>An open POSIX message queue.</summary>
public sealed class PosixQueueFile(PosixQueues queues, PosixQueue queue) : IReadable, IPollable, ISeekable
{
    /// <summary>The queue.</summary>
    public PosixQueue Queue => queue;

    /// <inheritdoc/>
    public IInode Inode => queue.Inode;

    /// <inheritdoc/>
    public WaitQueue ReadQueue => queue.ReadQueue;

    /// <inheritdoc/>
    public WaitQueue WriteQueue => queue.WriteQueue;

    /// <inheritdoc/>
    public PollEvents Poll(PollEvents interest) => queue.Poll();

    /// <inheritdoc/>
    public SysResult Read(ref UserBuffer buffer, long offset)
    {
        byte[] text = queue.Describe();
        if (offset >= text.Length || buffer.Remaining == 0)
            return 0;
        int n = buffer.CopyOut(text.AsSpan((int)offset, (int)Math.Min((ulong)(text.Length - offset), buffer.Remaining)));
        return n == 0 ? Errno.EFAULT : n;
    }

    /// <inheritdoc/>
    public Errno GetSize(out long size)
    {
        size = 0;
        return 0;
    }

    /// <inheritdoc/>
    public SysResult SeekData(long offset, bool hole) => Errno.EINVAL;

    /// <inheritdoc/>
    public void Close() => queues.Release(queue);
}
