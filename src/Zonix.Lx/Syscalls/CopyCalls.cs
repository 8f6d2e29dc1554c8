using System.Buffers;
using Zonix.Kernel.Events;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;
using Zonix.Kernel.Watching;

namespace Zonix.Lx.Syscalls;

/// <summary>Copies between descriptors: sendfile(2), copy_file_range(2).</summary>
internal static class CopyCalls
{
    private const int ChunkSize = 128 * 1024;
    private const ulong MAX_RW_COUNT = 0x7ffff000;

    /// <summary>Copies from a file with an offset to any file. sendfile(2).</summary>
    [Syscall(X64 = 40, I386 = 187)]
    [Syscall(I386 = 239, Wide = true)]
    internal static SysResult Sendfile(KernelTask task, Fd target, Fd source, UserPointer<GuestOffset> offset, nuint count)
    {
        if (task.Files[target] is not { Writable: true } to || task.Files[source] is not { Readable: true } from)
            return Errno.EBADF;
        if (!offset.IsNull && !from.IsSeekable && from.File is not IDirectoryFile)
            return Errno.ESPIPE;
        if (!from.IsSeekable || (to.Flags & OpenFlags.O_APPEND) != 0)
            return Errno.EINVAL;
        long at = from.Offset;
        if (!offset.IsNull)
        {
            if (!task.TryRead(offset, out GuestOffset given))
                return Errno.EFAULT;
            at = given.Value;
            if (at < 0)
                return Errno.EINVAL;
        }
        if (from.AsksPermission && PermissionWait.BeforeRead(task, from, out SysResult asked))
            return asked;
        // A pipe takes what it has room for, as with splice(2).
        if (to.File is PipeEnd pipe)
            return Splice.FromFile(task, from, pipe, offset, at, (long)Math.Min(count, MAX_RW_COUNT), to.NonBlocking);
        var copy = new SendOperation(from, to, at, offset, Math.Min(count, MAX_RW_COUNT));
        return to.Pollable is { } pollable ? task.Block(pollable.WriteQueue, copy) : Finish(task, copy);
    }

    /// <summary>Copies a range from one regular file to another. copy_file_range(2).</summary>
    [Syscall(X64 = 326, I386 = 377)]
    internal static SysResult CopyFileRange(
        KernelTask task, Fd source, UserPointer<long> sourceOffset, Fd target, UserPointer<long> targetOffset, nuint count, uint flags)
    {
        if (task.Files[source] is not { IsPath: false } from || task.Files[target] is not { IsPath: false } to)
            return Errno.EBADF;
        long read = from.Offset, write = to.Offset;
        if ((!sourceOffset.IsNull && !task.Memory.TryRead(sourceOffset, out read)) ||
            (!targetOffset.IsNull && !task.Memory.TryRead(targetOffset, out write)))
            return Errno.EFAULT;
        Errno e = CheckRange(from, read, to, write, count, flags);
        if (e != 0)
            return e;
        long wanted = Math.Min((long)Math.Min(count, MAX_RW_COUNT), long.MaxValue - Math.Max(read, write));
        bool same = ReferenceEquals(from.File.Inode, to.File.Inode);
        if (same && read < write + wanted && write < read + wanted)
            return Errno.EINVAL;
        if (from.AsksPermission && PermissionWait.BeforeRead(task, from, out SysResult asked))
            return asked;
        SysResult result = Copy(task, from, read, to, write, wanted);
        task.Io.CountRead(result);
        task.Io.CountWrite(result);
        if (result.IsError || result.Value == 0)
            return result;
        if (sourceOffset.IsNull)
            from.Offset = read + result.Value;
        else if (!task.Memory.TryWrite(sourceOffset, read + result.Value))
            return Errno.EFAULT;
        if (targetOffset.IsNull)
            to.Offset = write + result.Value;
        else if (!task.Memory.TryWrite(targetOffset, write + result.Value))
            return Errno.EFAULT;
        return result;
    }

    private static Errno CheckRange(OpenFileDescription from, long read, OpenFileDescription to, long write, nuint count, uint flags)
    {
        InodeAccess a = from.File.Inode.Access, b = to.File.Inode.Access;
        if (flags != 0)
            return Errno.EINVAL;
        if (a.IsDirectory || b.IsDirectory)
            return Errno.EISDIR;
        if (!a.IsRegular || !b.IsRegular)
            return Errno.EINVAL;
        if (!from.Readable || !to.Writable || (to.Flags & OpenFlags.O_APPEND) != 0)
            return Errno.EBADF;
        if (b.IsImmutable)
            return Errno.EPERM;
        if (read < 0 || write < 0)
            return Errno.EINVAL;
        if (ulong.MaxValue - count < (ulong)Math.Max(read, write))
            return Errno.EOVERFLOW;
        return write == long.MaxValue && count > 0 ? Errno.EFBIG : 0;
    }

    private static SysResult Copy(KernelTask task, OpenFileDescription from, long read, OpenFileDescription to, long write, long count)
    {
        byte[] chunk = ArrayPool<byte>.Shared.Rent((int)Math.Min(count, ChunkSize));
        try
        {
            long done = 0;
            while (done < count)
            {
                var into = new UserBuffer(chunk, 0, (int)Math.Min(count - done, chunk.Length));
                SysResult got = from.ReadAt(ref into, read + done);
                if (got.IsError || got.Value == 0)
                    return done > 0 || !got.IsError ? done : got;
                var outOf = new UserBuffer(chunk, 0, (int)got.Value);
                SysResult put = to.WriteAt(ref outOf, write + done, task.Process.Rlimits.FileSize);
                if (put.IsError)
                    return done > 0 ? done : FileSizeLimit.Signal(task, put);
                done += put.Value;
            }
            return done;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    private static SysResult Finish(KernelTask task, SendOperation copy)
    {
        copy.Try(task, out SysResult result);
        return result;
    }

    private sealed class SendOperation(OpenFileDescription from, OpenFileDescription to, long start, UserPointer<GuestOffset> offset, ulong count)
        : IInterruptibleOperation
    {
        private long done;

        public bool Try(KernelTask task, out SysResult result)
        {
            byte[] chunk = ArrayPool<byte>.Shared.Rent((int)Math.Min(count, ChunkSize));
            try
            {
                SysResult last = 0;
                while ((ulong)done < count)
                {
                    var into = new UserBuffer(chunk, 0, (int)Math.Min(count - (ulong)done, (ulong)chunk.Length));
                    last = from.ReadAt(ref into, start + done);
                    if (last.IsError || last.Value == 0)
                        break;
                    var outOf = new UserBuffer(chunk, 0, (int)last.Value);
                    last = to.Write(ref outOf, task.Process.Rlimits.FileSize);
                    if (last == Errno.EAGAIN && !to.NonBlocking && to.Pollable is not null)
                    {
                        result = default;
                        return false;
                    }
                    if (last.IsError)
                        break;
                    done += last.Value;
                }
                result = Complete(task, FileSizeLimit.Signal(task, BrokenPipe.Signal(task, last)));
                task.Io.CountRead(result);
                task.Io.CountWrite(result);
                return true;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(chunk);
            }
        }

        public SysResult Interrupted(KernelTask task, SysResult result) => Complete(task, result);

        private SysResult Complete(KernelTask task, SysResult last)
        {
            if (done == 0 && (last.IsError || last.IsRestart))
                return last;
            if (offset.IsNull)
                from.Offset = start + done;
            else if (!task.TryWrite(offset, new GuestOffset(start + done)))
                return Errno.EFAULT;
            return done;
        }
    }
}
