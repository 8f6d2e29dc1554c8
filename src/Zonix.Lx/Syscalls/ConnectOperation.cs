using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Syscalls;

/// <summary>A connect that waits while too many others wait at the same socket. connect(2).</summary>
internal sealed class ConnectOperation(OpenFileDescription file, LocalSocket socket, byte[] name) : ITimedOperation
{
    private LocalSocket? listener;

    internal SysResult Start(KernelTask task)
    {
        Errno e = SocketAddresses.Find(task, name, out listener);
        if (e != 0)
            return e;
        if (file.NonBlocking)
            return Try(task, out SysResult result) ? result : Errno.EAGAIN;
        long limit = socket.SendTimeoutNs;
        return limit == 0
            ? task.Block(listener!.WriteQueue, this)
            : task.Block(listener!.WriteQueue, this, Deadlines.After(task, limit), Restart.Never);
    }

    public bool Try(KernelTask task, out SysResult result)
    {
        Errno e = socket.Connect(listener!, SocketCalls.CreateInode(task), SocketCalls.CallerOf(task));
        result = e;
        return e != Errno.EAGAIN;
    }

    public SysResult TimedOut(KernelTask task) => Errno.EAGAIN;
}
