using Zonix.Abi;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Tests.Events;

/// <summary>Is always readable, and tells when it is asked.</summary>
internal sealed class RingingFile(IInode inode) : IPollable
{
    public Action? Asked { get; set; }

    public IInode Inode => inode;

    public WaitQueue ReadQueue { get; } = new();

    public WaitQueue WriteQueue => ReadQueue;

    public PollEvents Poll(PollEvents interest)
    {
        Asked?.Invoke();
        return PollEvents.POLLIN;
    }

    public void Close()
    {
    }
}
