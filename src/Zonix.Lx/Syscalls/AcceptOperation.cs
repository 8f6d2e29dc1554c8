using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Syscalls;

/// <summary>An accept that waits for a connection. accept(2).</summary>
internal sealed class AcceptOperation(OpenFileDescription file, LocalSocket socket, UserAddress address, UserAddress length, OpenFlags flags)
    : ITimedOperation
{
    internal SysResult Start(KernelTask task)
    {
        if (file.NonBlocking)
            return Try(task, out SysResult result) ? result : Errno.EAGAIN;
        long limit = socket.ReceiveTimeoutNs;
        return limit == 0
            ? task.Block(socket.ReadQueue, this)
            : task.Block(socket.ReadQueue, this, Deadlines.After(task, limit), Restart.Never);
    }

    public bool Try(KernelTask task, out SysResult result)
    {
        Errno e = socket.Accept(out LocalSocket? accepted);
        result = e;
        if (e == Errno.EAGAIN)
            return false;
        if (e == 0)
            result = Finish(task, accepted!);
        return true;
    }

    public SysResult TimedOut(KernelTask task) => Errno.EAGAIN;

    private SysResult Finish(KernelTask task, LocalSocket accepted)
    {
        SysResult fd = EventCalls.Install(task, accepted, SocketCalls.NameOf(accepted), flags);
        if (fd.IsError || address.IsNull)
            return fd;
        Errno e = SocketAddresses.Write(task, address, length, accepted.PeerName);
        if (e == 0)
            return fd;
        task.Files.Close(new Fd((int)fd.Value));
        return e;
    }
}
