using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;
using Zonix.Lx.Syscalls;

namespace Zonix.Lx.Uring;

/// <summary>IORING_ACCEPT_MULTISHOT: one completion for each connection.</summary>
internal sealed class UringAccept(UringFile ring, UringRequest request, AcceptOperation accept) : IOperation
{
    /// <summary>In the priority of the request.</summary>
    public const ushort IORING_ACCEPT_MULTISHOT = 1;

    /// <summary>Begins. EINVAL, ENOTSOCK.</summary>
    public static SysResult Start(UringFile ring, UringRequest request)
    {
        SubmissionEntry entry = request.Entry;
        var flags = (OpenFlags)entry.OperationFlags;
        if ((flags & ~(OpenFlags.O_CLOEXEC | OpenFlags.O_NONBLOCK)) != 0 ||
            (entry.SpliceFd != 0 && entry.SpliceFd != UringOperations.IORING_FILE_INDEX_ALLOC))
            return Errno.EINVAL;
        if (request.Task.Files[new Fd(entry.Fd)] is not { File: ISocket socket } file)
            return SocketCalls.NotASocket(request.Task, new Fd(entry.Fd));
        var accept = new AcceptOperation(file, socket, new UserAddress(entry.Address), new UserAddress(entry.Offset), flags);
        return request.Task.Block(socket.ReadQueue, new UringAccept(ring, request, accept));
    }

    public bool Try(KernelTask task, out SysResult result)
    {
        while (accept.Try(task, out result))
        {
            result = UringOperations.Settle(ring, request, result);
            if (result.IsError)
                return true;
            ring.ReportMore(request, (int)result.Value, 0);
        }
        return false;
    }
}
