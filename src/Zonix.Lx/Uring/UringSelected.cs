using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;
using Zonix.Lx.Syscalls;

namespace Zonix.Lx.Uring;

/// <summary>
/// A read or receive into whatever buffer of a group comes next, taken when there is something; or, repeated, one after the other until
/// there is nothing more to come, or no buffer.
/// </summary>
internal sealed class UringSelected(UringFile ring, UringRequest request, uint length, bool repeats) : IOperation
{
    /// <summary>IORING_RECV_MULTISHOT.</summary>
    public const ushort IORING_RECV_MULTISHOT = 2;

    private OpenFileDescription File => request.File!;

    private bool Receives => request.Entry.Opcode == UringOpcode.IORING_OP_RECV;

    /// <summary>Begins. EBADF, ENOTSOCK, ENOBUFS.</summary>
    public static SysResult Start(UringFile ring, UringRequest request)
    {
        SubmissionEntry entry = request.Entry;
        OpenFileDescription file = request.File!;
        if (entry.Opcode == UringOpcode.IORING_OP_RECV && file.File is not ISocket)
            return Errno.ENOTSOCK;
        if (!file.Readable)
            return Errno.EBADF;
        bool repeats = entry.Opcode == UringOpcode.IORING_OP_READ_MULTISHOT ||
            (entry.Opcode == UringOpcode.IORING_OP_RECV && (entry.Priority & IORING_RECV_MULTISHOT) != 0);
        if (entry.Opcode == UringOpcode.IORING_OP_READ_MULTISHOT && file.Pollable is null)
            return Errno.EBADFD;
        uint length = entry.Length;
        if (entry.Opcode == UringOpcode.IORING_OP_READV)
        {
            if (!request.Task.TryRead(new UserPointer<IoVector>(entry.Address), out IoVector only))
                return Errno.EFAULT;
            length = (uint)Math.Min(only.Length, 0x7ffff000);
        }
        var operation = new UringSelected(ring, request, length, repeats);
        if (file.Pollable is { } pollable)
            return request.Task.Block(pollable.ReadQueue, operation);
        return operation.Try(request.Task, out SysResult result) ? result : Errno.EAGAIN;
    }

    public bool Try(KernelTask task, out SysResult result)
    {
        while (true)
        {
            result = Errno.ENOBUFS;
            if (ring.Buffers.Find(request.Entry.BufferIndex) is not { } group || !group.TryTake(task.Memory, out ProvidedBuffer buffer))
                return true;
            uint wanted = length == 0 ? buffer.Length : Math.Min(length, buffer.Length);
            request.Wanted = wanted;
            result = Move(task, new UserBuffer(task.Memory, new UserAddress(buffer.Address), wanted));
            bool isOver = result.IsError || (result.Value == 0 && (Receives || repeats));
            if (isOver)
                group.GiveBack(buffer);
            bool mayWait = !Receives || ((MessageFlags)request.Entry.OperationFlags & MessageFlags.MSG_DONTWAIT) == 0;
            if (result == Errno.EAGAIN && File.Pollable is not null && mayWait)
                return false;
            if (isOver)
                return true;
            if (!repeats)
            {
                request.CompletionFlags = buffer.CompletionFlags;
                return true;
            }
            ring.ReportMore(request, (int)result.Value, buffer.CompletionFlags);
        }
    }

    private SysResult Move(KernelTask task, UserBuffer buffer)
    {
        if (Receives)
        {
            var receiving = new ReceiveOperation(File, buffer, (MessageFlags)request.Entry.OperationFlags, default, default);
            return receiving.Try(task, out SysResult result) ? result : Errno.EAGAIN;
        }
        long offset = (long)request.Entry.Offset;
        if (offset == -1 || !File.IsSeekable)
            return File.Read(ref buffer);
        return offset < 0 ? Errno.EINVAL : File.ReadAt(ref buffer, offset);
    }
}
