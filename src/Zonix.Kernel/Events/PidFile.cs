using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Events;

/// <summary>A descriptor of a process: readable when it has ended. pidfd_open(2).</summary>
public sealed class PidFile(IInode inode, Process process) : IPollable
{
    /// <summary>The process; its number may have gone to another one meanwhile.</summary>
    public Process Process => process;

    /// <inheritdoc/>
    public IInode Inode => inode;

    /// <inheritdoc/>
    public WaitQueue ReadQueue => process.Ended;

    /// <inheritdoc/>
    public WaitQueue WriteQueue => process.Ended;

    /// <inheritdoc/>
    public PollEvents Poll(PollEvents interest) =>
        !process.HasEnded ? 0 : process.IsReaped
            ? PollEvents.POLLIN | PollEvents.POLLRDNORM | PollEvents.POLLHUP
            : PollEvents.POLLIN | PollEvents.POLLRDNORM;

    /// <inheritdoc/>
    public void Close()
    {
    }
}
