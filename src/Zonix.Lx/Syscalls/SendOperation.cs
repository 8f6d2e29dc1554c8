using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Syscalls;

/// <summary>A send that waits until all is taken. send(2).</summary>
internal sealed class SendOperation(
    OpenFileDescription file, UserBuffer buffer, MessageFlags flags, OpenFileDescription[]? files, MessageSender sender, LocalSocket? to = null)
    : ITimedOperation, IInterruptibleOperation
{
    private readonly LocalSocket socket = (LocalSocket)file.File;
    private UserBuffer buffer = buffer;
    private OpenFileDescription[]? files = files;
    private long done;

    /// <summary>Sends, waiting if that is allowed.</summary>
    internal SysResult Start(KernelTask task)
    {
        if ((flags & MessageFlags.MSG_DONTWAIT) != 0 || (file.NonBlocking && !task.IsCapturing))
            return Try(task, out SysResult result) ? result : Interrupted(task, Errno.EAGAIN);
        long limit = socket.SendTimeoutNs;
        return limit == 0
            ? task.Block(socket.WriteQueue, this)
            : task.Block(socket.WriteQueue, this, Deadlines.After(task, limit), Restart.Never);
    }

    public bool Try(KernelTask task, out SysResult result)
    {
        SysResult sent = socket.Send(ref buffer, files, sender, to);
        if (!sent.IsError)
        {
            done += sent.Value;
            // An empty part of a stream is no message: what was to go with it goes nowhere.
            if (sent.Value > 0 || socket.Kind != SocketKind.Stream)
                files = null;
            if (buffer.Remaining > 0 && !buffer.Faulted)
                return Try(task, out result);
        }
        else if (sent.Error == Errno.EAGAIN)
        {
            result = default;
            return false;
        }
        else if (done == 0 && (flags & MessageFlags.MSG_NOSIGNAL) == 0)
        {
            BrokenPipe.Signal(task, sent, file);
        }
        result = Interrupted(task, sent);
        return true;
    }

    public SysResult TimedOut(KernelTask task) => Interrupted(task, Errno.EAGAIN);

    public SysResult Interrupted(KernelTask task, SysResult result)
    {
        foreach (OpenFileDescription left in files ?? [])
            left.Release();
        files = null;
        return done > 0 ? done : result;
    }
}
