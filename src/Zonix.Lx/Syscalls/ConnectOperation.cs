using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Syscalls;

/// <summary>A connect that waits for the other end, or while too many others wait there. connect(2).</summary>
internal sealed class ConnectOperation(OpenFileDescription file, ISocket socket, SocketName name) : ITimedOperation
{
    private Errno last;

    internal SysResult Start(KernelTask task)
    {
        last = socket.Connect(task, name, again: false, out WaitQueue? queue);
        if (queue is null || last is not (Errno.EINPROGRESS or Errno.EALREADY or Errno.EAGAIN) || (file.NonBlocking && !task.IsCapturing))
            return last;
        long limit = socket.Settings.SendTimeoutNs;
        return limit == 0
            ? task.Block(queue, this)
            : task.Block(queue, this, Deadlines.After(task, limit), Restart.Never);
    }

    public bool Try(KernelTask task, out SysResult result)
    {
        Errno e = socket.Connect(task, name, again: true, out _);
        result = e;
        return e is not (Errno.EINPROGRESS or Errno.EALREADY or Errno.EAGAIN);
    }

    public SysResult TimedOut(KernelTask task) => last;
}
