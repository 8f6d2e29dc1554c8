using Zonix.Kernel.Events;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;
using Zonix.Kernel.Watching;
using Zonix.Lx.Syscalls;

namespace Zonix.Lx.Aio;

/// <summary>How a request is checked and begun. io_submit(2).</summary>
internal static class AioSubmission
{
    private const uint IOCB_FLAG_RESFD = 1, RWF_NOWAIT = 8, RWF_SUPPORTED = 0x1f;

    /// <summary>Begins a request: EINVAL, EBADF, EFAULT, EAGAIN. How it ends, its event tells.</summary>
    public static Errno Submit(KernelTask task, AioContext context, UserAddress address)
    {
        Span<byte> bytes = stackalloc byte[AioControlBlock.Size];
        if (task.Memory.CopyIn(address, bytes) != AioControlBlock.Size)
            return Errno.EFAULT;
        var block = new AioControlBlock(bytes);
        if (block.Reserved != 0 || (long)block.Length < 0)
            return Errno.EINVAL;
        if (!context.TryBegin())
            return Errno.EAGAIN;
        Errno e = Begin(task, context, address, block);
        if (e != 0)
            context.Abandon();
        return e;
    }

    private static Errno Begin(KernelTask task, AioContext context, UserAddress address, in AioControlBlock block)
    {
        OpenFileDescription? file = task.Files.Acquire(block.Fd);
        if (file is null or { IsPath: true })
        {
            file?.Release();
            return Errno.EBADF;
        }
        OpenFileDescription? eventFile = null;
        Errno e = 0;
        if ((block.Flags & IOCB_FLAG_RESFD) != 0)
        {
            eventFile = task.Files.Acquire(block.EventFd);
            e = eventFile is null ? Errno.EBADF : eventFile.File is EventFile ? 0 : Errno.EINVAL;
        }
        var request = new AioRequest(context, task, address.Value, block.Data, file, eventFile);
        // KIOCB_KEY.
        if (e == 0 && !task.Memory.TryWrite(address + 8, 0u))
            e = Errno.EFAULT;
        if (e == 0)
            e = Check(task, block, file, out UserBuffer buffer) is var refusal && refusal != 0 ? refusal : Start(task, request, block, file, buffer);
        if (e != 0)
            request.Release();
        return e;
    }

    private static Errno Check(KernelTask task, in AioControlBlock block, OpenFileDescription file, out UserBuffer buffer)
    {
        buffer = default;
        switch (block.Opcode)
        {
            case AioOpcode.IOCB_CMD_PREAD or AioOpcode.IOCB_CMD_PWRITE or AioOpcode.IOCB_CMD_PREADV or AioOpcode.IOCB_CMD_PWRITEV:
                bool writes = block.Opcode is AioOpcode.IOCB_CMD_PWRITE or AioOpcode.IOCB_CMD_PWRITEV;
                if (writes ? !file.Writable : !file.Readable)
                    return Errno.EBADF;
                if ((block.RwFlags & ~RWF_SUPPORTED) != 0)
                    return Errno.EOPNOTSUPP;
                if (block.Opcode is AioOpcode.IOCB_CMD_PREADV or AioOpcode.IOCB_CMD_PWRITEV)
                {
                    Errno e = TransferCalls.Gather(
                        task, new UserPointer<IoVector>(block.Buffer), (int)Math.Min(block.Length, int.MaxValue), out buffer);
                    if (e != 0)
                        return e;
                }
                else
                {
                    buffer = new UserBuffer(task.Memory, new UserAddress(block.Buffer), Math.Min(block.Length, 0x7ffff000));
                }
                if (file.File is IDirectoryFile)
                    return Errno.EINVAL;
                return file.IsSeekable && block.Offset < 0 ? Errno.EINVAL : 0;
            case AioOpcode.IOCB_CMD_FSYNC or AioOpcode.IOCB_CMD_FDSYNC:
                if (block.Buffer != 0 || block.Offset != 0 || block.Length != 0 || block.RwFlags != 0)
                    return Errno.EINVAL;
                return file.File is ISyncable or IDirectoryFile ? 0 : Errno.EINVAL;
            case AioOpcode.IOCB_CMD_POLL:
                return block.Buffer > ushort.MaxValue || block.Offset != 0 || block.Length != 0 || block.RwFlags != 0 ? Errno.EINVAL : 0;
            default:
                return Errno.EINVAL;
        }
    }

    private static Errno Start(KernelTask task, AioRequest request, in AioControlBlock block, OpenFileDescription file, UserBuffer buffer)
    {
        var capture = new BlockCapture();
        task.BeginCapture(capture);
        SysResult result;
        switch (block.Opcode)
        {
            case AioOpcode.IOCB_CMD_FSYNC or AioOpcode.IOCB_CMD_FDSYNC:
                result = PositionCalls.Sync(file, block.Opcode == AioOpcode.IOCB_CMD_FDSYNC);
                break;
            case AioOpcode.IOCB_CMD_POLL:
                var wanted = (PollEvents)block.Buffer | PollEvents.POLLERR | PollEvents.POLLHUP;
                result = file.Pollable is { } pollable
                    ? task.Block([pollable.ReadQueue, pollable.WriteQueue], new AioPoll(file, wanted))
                    : (long)(PollSet.Ask(file, wanted) & wanted);
                break;
            default:
                bool writes = block.Opcode is AioOpcode.IOCB_CMD_PWRITE or AioOpcode.IOCB_CMD_PWRITEV;
                bool waits = (block.RwFlags & RWF_NOWAIT) == 0 && !file.NonBlocking;
                result = Transfer(task, file, buffer, block.Offset, writes, waits);
                break;
        }
        task.EndCapture();
        if (result.IsBlocked)
            request.Wait(capture);
        else
            request.Finish(result);
        return 0;
    }

    private static SysResult Transfer(KernelTask task, OpenFileDescription file, UserBuffer buffer, long offset, bool writes, bool waits)
    {
        var operation = new AioTransfer(file, buffer, offset, writes);
        if (!writes && file.AsksPermission && file.AskToRead() is { } question)
            return PermissionWait.Then(task, question, reader => operation.Try(reader, out SysResult read) ? read : Errno.EAGAIN);
        if (waits && file.Pollable is { } pollable)
            return task.Block(writes ? pollable.WriteQueue : pollable.ReadQueue, operation);
        return operation.Try(task, out SysResult result) ? result : Errno.EAGAIN;
    }

    private sealed class AioTransfer(OpenFileDescription file, UserBuffer buffer, long offset, bool writes) : IOperation
    {
        private UserBuffer buffer = buffer;

        public bool Try(KernelTask task, out SysResult result)
        {
            ulong limit = task.Process.Rlimits.FileSize;
            if (file.IsSeekable)
                result = writes ? file.WriteAt(ref buffer, offset, limit) : file.ReadAt(ref buffer, offset);
            else
                result = writes ? file.Write(ref buffer, limit) : file.Read(ref buffer);
            if (result == Errno.EAGAIN && file.Pollable is not null)
                return false;
            if (writes && result.IsError)
                result = FileSizeLimit.Signal(task, BrokenPipe.Signal(task, result, file));
            return true;
        }
    }

    private sealed class AioPoll(OpenFileDescription file, PollEvents wanted) : IOperation
    {
        private bool waited;

        public bool Try(KernelTask task, out SysResult result)
        {
            PollEvents ready = PollSet.Ask(file, wanted) & wanted;
            // What comes later is told as the file wakes for it: with the names that mean the same.
            if (waited && (ready & PollEvents.POLLIN) != 0)
                ready |= PollEvents.POLLRDNORM;
            if (waited && (ready & PollEvents.POLLOUT) != 0)
                ready |= PollEvents.POLLWRNORM;
            waited = true;
            result = (long)ready;
            return ready != 0;
        }
    }
}
