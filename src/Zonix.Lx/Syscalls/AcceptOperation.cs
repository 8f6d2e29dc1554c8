using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Syscalls;

/// <summary>An accept that waits for a connection. accept(2).</summary>
internal sealed class AcceptOperation(OpenFileDescription file, ISocket socket, UserAddress address, UserAddress length, OpenFlags flags)
    : ITimedOperation
{
    internal SysResult Start(KernelTask task)
    {
        if (file.NonBlocking && !task.IsCapturing)
            return Try(task, out SysResult result) ? result : Errno.EAGAIN;
        long limit = socket.Settings.ReceiveTimeoutNs;
        return limit == 0
            ? task.Block(socket.ReadQueue, this)
            : task.Block(socket.ReadQueue, this, Deadlines.After(task, limit), Restart.Never);
    }

    public bool Try(KernelTask task, out SysResult result)
    {
        Errno e = socket.Accept(task, out ISocket? accepted);
        result = e;
        if (e == Errno.EAGAIN)
            return false;
        if (e == 0)
            result = Finish(task, accepted!);
        return true;
    }

    public SysResult TimedOut(KernelTask task) => Errno.EAGAIN;

    private SysResult Finish(KernelTask task, ISocket accepted)
    {
        SysResult fd = SocketCalls.Install(task, accepted, flags);
        if (fd.IsError || address.IsNull)
            return fd;
        // Who has gone again already is told of without a name's content.
        Errno e = accepted.PeerName is { } name ? SocketAddresses.Write(task, address, length, name) : Errno.ECONNABORTED;
        if (e == 0)
            return fd;
        task.Files.Close(new Fd((int)fd.Value));
        return e;
    }
}
