using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Tty;

/// <summary>An open master of a pty. pty(7).</summary>
public sealed class PtyMasterFile(Pty pty, IInode inode) : IReadable, IWritable, IPollable, IControllable
{
    /// <inheritdoc/>
    public IInode Inode => inode;

    /// <summary>The pty.</summary>
    public Pty Pty => pty;

    /// <inheritdoc/>
    public WaitQueue ReadQueue => pty.MasterReadQueue;

    /// <inheritdoc/>
    public WaitQueue WriteQueue => pty.MasterWriteQueue;

    /// <inheritdoc/>
    public SysResult Read(ref UserBuffer buffer, long offset) => pty.ReadMaster(ref buffer);

    /// <inheritdoc/>
    public SysResult Write(ref UserBuffer buffer, ref long offset) => pty.WriteMaster(ref buffer);

    /// <inheritdoc/>
    public PollEvents Poll(PollEvents interest) => pty.PollMaster();

    /// <inheritdoc/>
    public SysResult Control(KernelTask task, uint request, UserAddress argument) =>
        PtyRequests.Handle(task, pty, request, argument) ?? TtyRequests.Handle(task, pty, fromMaster: true, request, argument);

    /// <inheritdoc/>
    public void Close() => pty.CloseMaster();
}
