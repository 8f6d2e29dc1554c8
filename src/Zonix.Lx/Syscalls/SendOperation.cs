using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Syscalls;

/// <summary>A send that waits until all is taken. send(2).</summary>
internal sealed class SendOperation(OpenFileDescription file, UserBuffer buffer, OutgoingMessage message) : ITimedOperation, IInterruptibleOperation
{
    private readonly ISocket socket = (ISocket)file.File;
    private UserBuffer buffer = buffer;
    private OutgoingMessage message = message;
    private long done;

    /// <summary>Sends, waiting if that is allowed.</summary>
    internal SysResult Start(KernelTask task)
    {
        if ((message.Flags & MessageFlags.MSG_DONTWAIT) != 0 || (file.NonBlocking && !task.IsCapturing))
            return Try(task, out SysResult result) ? result : Interrupted(task, Errno.EAGAIN);
        long limit = socket.Settings.SendTimeoutNs;
        return limit == 0
            ? task.Block(socket.WriteQueue, this)
            : task.Block(socket.WriteQueue, this, Deadlines.After(task, limit), Restart.Never);
    }

    public bool Try(KernelTask task, out SysResult result)
    {
        while (true)
        {
            SysResult sent = socket.Send(ref buffer, message);
            if (sent.Raw == -(long)Errno.EAGAIN)
            {
                result = default;
                return false;
            }
            if (!sent.IsError)
            {
                done += sent.Value;
                // An empty part of a stream is no message: what was to go with it goes nowhere.
                if (sent.Value > 0 || socket.Kind != SocketKind.Stream)
                    message.Files = null;
                if (buffer.Remaining > 0 && !buffer.Faulted && sent.Value > 0)
                    continue;
            }
            else if (done == 0 && (message.Flags & MessageFlags.MSG_NOSIGNAL) == 0)
            {
                BrokenPipe.Signal(task, sent, file);
            }
            result = Interrupted(task, sent);
            return true;
        }
    }

    public SysResult TimedOut(KernelTask task) => Interrupted(task, Errno.EAGAIN);

    public SysResult Interrupted(KernelTask task, SysResult result)
    {
        foreach (OpenFileDescription left in message.Files ?? [])
            left.Release();
        message.Files = null;
        return done > 0 ? done : result;
    }
}
