using System.Text;
using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Groups;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Cgroup;

/// <summary>
/// An open file of a group. Its text is made anew whenever it is read from the beginning. Polling it tells by POLLPRI that what it
/// shows has changed since it was read.
/// </summary>
internal sealed class CgroupFile : IReadable, IWritable, ISeekable, IPollable
{
    private const int MaxWrite = 4096;
    private readonly CgroupFileInode inode;
    private readonly CgroupOpener opener;
    private readonly GroupEvent? changes;
    private byte[]? text;
    private int seen = -1;

    internal CgroupFile(CgroupFileInode inode, CgroupOpener opener)
    {
        this.inode = inode;
        this.opener = opener;
        changes = inode.Kind.Event?.Invoke(inode.Group);
        ReadQueue = changes?.Queue ?? new WaitQueue();
    }

    /// <inheritdoc/>
    public IInode Inode => inode;

    /// <inheritdoc/>
    public WaitQueue ReadQueue { get; }

    /// <inheritdoc/>
    public WaitQueue WriteQueue => ReadQueue;

    /// <inheritdoc/>
    public PollEvents Poll(PollEvents interest)
    {
        const PollEvents Always = PollEvents.POLLIN | PollEvents.POLLOUT | PollEvents.POLLRDNORM | PollEvents.POLLWRNORM;
        return changes is not null && changes.Count != Volatile.Read(ref seen) ? Always | PollEvents.POLLERR | PollEvents.POLLPRI : Always;
    }

    /// <inheritdoc/>
    public SysResult Read(ref UserBuffer buffer, long offset)
    {
        if (inode.Group.IsRemoved)
            return Errno.ENODEV;
        if (inode.Kind.Read is not { } read)
            return Errno.EINVAL;
        if (offset == 0 || text is null)
        {
            Volatile.Write(ref seen, changes?.Count ?? 0);
            text = Encoding.UTF8.GetBytes(read(inode.Group));
        }

        if (offset >= text.Length || buffer.Remaining == 0)
            return 0;
        int n = buffer.CopyOut(text.AsSpan((int)offset, (int)Math.Min((ulong)(text.Length - offset), buffer.Remaining)));
        return n == 0 ? Errno.EFAULT : n;
    }

    /// <inheritdoc/>
    public SysResult Write(ref UserBuffer buffer, ref long offset)
    {
        offset = Math.Max(offset, 0);
        if (buffer.Remaining > MaxWrite)
            return Errno.E2BIG;
        if (inode.Group.IsRemoved)
            return Errno.ENODEV;
        if (!inode.Kind.IsWritableIn(inode.Group))
            return Errno.EINVAL;
        // "nsdelegate": limits of the group at a namespace's top belong to who made the namespace.
        if (!inode.Kind.IsDelegated && ReferenceEquals(opener.Top, inode.Group) && inode.Group.Parent is not null)
            return Errno.EPERM;
        var bytes = new byte[buffer.Remaining];
        int n = buffer.CopyIn(bytes);
        if (n == 0)
            return bytes.Length == 0 ? 0 : Errno.EFAULT;
        Errno error = inode.Kind.Write!(opener, inode.Group, Encoding.UTF8.GetString(bytes, 0, n).Trim());
        return error != 0 ? error : n;
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
    public void Close() => text = null;
}
