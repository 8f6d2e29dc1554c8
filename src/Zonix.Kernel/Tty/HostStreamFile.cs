using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Tty;

/// <summary>An open pipe or socket of the host: standard input, output or error.</summary>
public sealed class HostStreamFile(HostStream stream, IInode inode) : IReadable, IWritable, IPollable, IControllable
{
    private const uint FIONREAD = 0x541B;

    /// <inheritdoc/>
    public IInode Inode => inode;

    /// <inheritdoc/>
    public WaitQueue ReadQueue => stream.ReadQueue;

    /// <inheritdoc/>
    public WaitQueue WriteQueue => stream.WriteQueue;

    /// <inheritdoc/>
    public SysResult Read(ref UserBuffer buffer, long offset) => stream.Read(ref buffer);

    /// <inheritdoc/>
    public SysResult Write(ref UserBuffer buffer, ref long offset) => stream.Write(ref buffer);

    /// <inheritdoc/>
    public PollEvents Poll(PollEvents interest) => stream.Poll(interest);

    /// <inheritdoc/>
    public SysResult Control(KernelTask task, uint request, UserAddress argument)
    {
        if (request != FIONREAD)
            return Errno.ENOTTY;
        int error = new Host.Files.HostFile(stream.Host.Descriptor).Available(out int count);
        if (error != 0)
            return (Errno)error;
        return task.Memory.TryWrite(argument, count) ? 0 : Errno.EFAULT;
    }

    /// <inheritdoc/>
    public void Close()
    {
        // The stream belongs to the machine.
    }
}
