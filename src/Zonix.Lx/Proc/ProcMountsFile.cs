using Zonix.Kernel;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Proc;

/// <summary>An open list of mounts. It is always readable; POLLERR and POLLPRI tell, once, that mounts have changed. proc_pid_mounts(5).</summary>
internal sealed class ProcMountsFile(IInode inode, FsContext files, Func<byte[]> read) : IReadable, ISeekable, IPollable
{
    private readonly MountNamespace mounts = files.Mounts;
    private long seen = files.Mounts.Version;
    private byte[]? text;

    public IInode Inode => inode;

    public WaitQueue ReadQueue => mounts.Changed;

    public WaitQueue WriteQueue => mounts.Changed;

    public SysResult Read(ref UserBuffer buffer, long offset)
    {
        if (offset == 0 || text is null)
            text = read();
        if (offset >= text.Length || buffer.Remaining == 0)
            return 0;
        int n = buffer.CopyOut(text.AsSpan((int)offset, (int)Math.Min((ulong)(text.Length - offset), buffer.Remaining)));
        return n == 0 ? Errno.EFAULT : n;
    }

    public PollEvents Poll(PollEvents interest)
    {
        const PollEvents Always = PollEvents.POLLIN | PollEvents.POLLRDNORM;
        long now = mounts.Version;
        return Interlocked.Exchange(ref seen, now) == now ? Always : Always | PollEvents.POLLERR | PollEvents.POLLPRI;
    }

    public Errno GetSize(out long size)
    {
        size = 0;
        return 0;
    }

    public SysResult SeekData(long offset, bool hole) => Errno.EINVAL;

    public void Close()
    {
        text = null;
        files.Release();
    }
}
