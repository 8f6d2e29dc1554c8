using System.Buffers.Binary;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Events;

/// <summary>A counter one can wait for. eventfd(2).</summary>
public sealed class EventFile(IInode inode, ulong initial, bool semaphore) : IReadable, IWritable, IPollable, IUnmovable
{
    private readonly Lock gate = new();
    private ulong count = initial;

    /// <inheritdoc/>
    public IInode Inode => inode;

    /// <summary>Whether a read takes one only: EFD_SEMAPHORE.</summary>
    public bool IsSemaphore => semaphore;

    /// <summary>The counter.</summary>
    public ulong Count
    {
        get
        {
            lock (gate)
                return count;
        }
    }

    /// <inheritdoc/>
    public WaitQueue ReadQueue { get; } = new();

    /// <inheritdoc/>
    public WaitQueue WriteQueue { get; } = new();

    /// <inheritdoc/>
    public SysResult Read(ref UserBuffer buffer, long offset)
    {
        if (buffer.Remaining < 8)
            return Errno.EINVAL;
        ulong value;
        lock (gate)
        {
            if (count == 0)
                return Errno.EAGAIN;
            value = semaphore ? 1 : count;
            count -= value;
        }
        WriteQueue.WakeAll();
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return buffer.CopyOut(bytes) == 8 ? 8 : Errno.EFAULT;
    }

    /// <inheritdoc/>
    public SysResult Write(ref UserBuffer buffer, ref long offset)
    {
        if (buffer.Remaining != 8)
            return Errno.EINVAL;
        // The buffer is fetched from a copy: the call may be tried again.
        UserBuffer source = buffer;
        Span<byte> bytes = stackalloc byte[8];
        if (source.CopyIn(bytes) != 8)
            return Errno.EFAULT;
        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        if (value == ulong.MaxValue)
            return Errno.EINVAL;
        lock (gate)
        {
            if (value > ulong.MaxValue - 1 - count)
                return Errno.EAGAIN;
            count += value;
        }
        buffer = source;
        ReadQueue.WakeAll();
        return 8;
    }

    /// <summary>The kernel adds to the counter, as far as there is room.</summary>
    public void Add(ulong value)
    {
        lock (gate)
            count = value > ulong.MaxValue - count ? ulong.MaxValue : count + value;
        ReadQueue.WakeAll();
    }

    /// <inheritdoc/>
    public PollEvents Poll(PollEvents interest)
    {
        lock (gate)
        {
            // Linux names these two only, not the RDNORM and WRNORM that others have.
            PollEvents ready = (count > 0 ? PollEvents.POLLIN : 0) | (count < ulong.MaxValue - 1 ? PollEvents.POLLOUT : 0);
            return count == ulong.MaxValue ? ready | PollEvents.POLLERR : ready;
        }
    }

    /// <inheritdoc/>
    public void Close()
    {
    }
}
