using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;
using Zonix.Kernel.Watching;
using Zonix.Lx.Syscalls;

namespace Zonix.Lx.Uring;

/// <summary>A read or write that is tried again when its file may be ready. It answers what was moved at once, be it a part.</summary>
internal sealed class UringTransfer(OpenFileDescription file, UserBuffer buffer, long offset, bool writes) : IOperation
{
    private const uint RWF_DSYNC = 2, RWF_SYNC = 4, RWF_NOWAIT = 8, RWF_APPEND = 16;
    private UserBuffer buffer = buffer;

    /// <summary>Moves data at once, or waits for the file.</summary>
    public static SysResult Start(UringRequest request, bool writes)
    {
        OpenFileDescription file = request.File!;
        uint flags = request.Entry.OperationFlags;
        if (writes ? !file.Writable : !file.Readable)
            return Errno.EBADF;
        if ((flags & ~(RWF_DSYNC | RWF_SYNC | RWF_NOWAIT | RWF_APPEND)) != 0)
            return Errno.EOPNOTSUPP;
        long offset = (flags & RWF_APPEND) != 0 && writes ? long.MaxValue : (long)request.Entry.Offset;
        request.Wanted = request.Buffer.Remaining;
        var operation = new UringTransfer(file, request.Buffer, offset, writes);
        if (!writes && file.AsksPermission && file.AskToRead() is { } question)
            return PermissionWait.Then(request.Task, question, task => operation.Try(task, out SysResult read) ? read : Errno.EAGAIN);
        // O_NONBLOCK does not matter here: a file that can be waited for is waited for.
        bool waits = file.Pollable is not null && (flags & RWF_NOWAIT) == 0;
        if (waits)
            return request.Task.Block(writes ? file.Pollable!.WriteQueue : file.Pollable!.ReadQueue, operation);
        return operation.Try(request.Task, out SysResult result) ? result : Errno.EAGAIN;
    }

    public bool Try(KernelTask task, out SysResult result)
    {
        ulong limit = writes ? task.Process.Rlimits.FileSize : 0;
        if (offset == -1 || !file.IsSeekable)
            result = writes ? file.Write(ref buffer, limit) : file.Read(ref buffer);
        else if (offset < 0)
            result = Errno.EINVAL;
        else if (!writes)
            result = file.ReadAt(ref buffer, offset);
        else
            result = WriteAt(limit);
        if (result == Errno.EAGAIN && file.Pollable is not null)
            return false;
        if (writes && result.IsError)
            result = FileSizeLimit.Signal(task, BrokenPipe.Signal(task, result, file));
        return true;
    }

    private SysResult WriteAt(ulong limit)
    {
        if (offset != long.MaxValue)
            return file.WriteAt(ref buffer, offset, limit);
        // RWF_APPEND.
        return file.File is ISeekable seekable && seekable.GetSize(out long end) == 0 ? file.WriteAt(ref buffer, end, limit) : file.Write(ref buffer, limit);
    }
}
