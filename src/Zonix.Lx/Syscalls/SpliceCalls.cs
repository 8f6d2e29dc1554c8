using Zonix.Kernel.Events;
using Zonix.Kernel.Ipc;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Watching;

namespace Zonix.Lx.Syscalls;

/// <summary>splice(2), tee(2), vmsplice(2).</summary>
internal static class SpliceCalls
{
    private const ulong MAX_RW_COUNT = 0x7ffff000;

    /// <summary>Moves data between a pipe and a file or another pipe. splice(2).</summary>
    [Syscall(X64 = 275)]
    [Syscall(I386 = 313, Wide = true)]
    internal static SysResult Splice(
        KernelTask task, Fd source, UserPointer<GuestOffset> sourceOffset, Fd target, UserPointer<GuestOffset> targetOffset, nuint length, SpliceFlags flags)
    {
        if (length == 0)
            return 0;
        if ((flags & ~SpliceFlags.All) != 0)
            return Errno.EINVAL;
        if (task.Files[source] is not { } from || task.Files[target] is not { } to)
            return Errno.EBADF;
        var reads = from.File as PipeEnd;
        var writes = to.File as PipeEnd;
        if ((reads is not null && !sourceOffset.IsNull) || (writes is not null && !targetOffset.IsNull))
            return Errno.ESPIPE;
        GuestOffset given = new(from.Offset), taken = new(to.Offset);
        if ((!sourceOffset.IsNull && !task.TryRead(sourceOffset, out given)) || (!targetOffset.IsNull && !task.TryRead(targetOffset, out taken)))
            return Errno.EFAULT;
        (long readAt, long writeAt) = (given.Value, taken.Value);
        if (!from.Readable || !to.Writable)
            return Errno.EBADF;
        long count = (long)Math.Min(length, MAX_RW_COUNT);
        bool nonBlocking = (flags & SpliceFlags.SPLICE_F_NONBLOCK) != 0;
        if (reads is not null && writes is not null)
        {
            return ReferenceEquals(reads.Pipe, writes.Pipe)
                ? Errno.EINVAL
                : Kernel.Events.Splice.Between(task, reads, writes, count, nonBlocking || from.NonBlocking || to.NonBlocking, copies: false);
        }
        if (reads is not null)
        {
            if ((!targetOffset.IsNull && !to.IsSeekable) || (to.Flags & OpenFlags.O_APPEND) != 0 || writeAt < 0 || !TakesPipes(to))
                return Errno.EINVAL;
            return Kernel.Events.Splice.ToFile(task, reads, to, targetOffset, writeAt, count, nonBlocking || from.NonBlocking);
        }
        if (writes is null || (!sourceOffset.IsNull && !from.IsSeekable) || readAt < 0 || !GivesToPipes(from))
            return Errno.EINVAL;
        if (from.AsksPermission && PermissionWait.BeforeRead(task, from, out SysResult asked))
            return asked;
        return Kernel.Events.Splice.FromFile(task, from, writes, sourceOffset, readAt, count, nonBlocking || to.NonBlocking);
    }

    /// <summary>splice(2) of descriptions; the offsets are -1 or where to begin.</summary>
    internal static SysResult SpliceAt(
        KernelTask task, OpenFileDescription from, long readAt, OpenFileDescription to, long writeAt, nuint length, SpliceFlags flags)
    {
        if (length == 0)
            return 0;
        if ((flags & ~SpliceFlags.All) != 0)
            return Errno.EINVAL;
        if (!from.Readable || !to.Writable)
            return Errno.EBADF;
        long count = (long)Math.Min(length, MAX_RW_COUNT);
        bool nonBlocking = (flags & SpliceFlags.SPLICE_F_NONBLOCK) != 0;
        switch (from.File, to.File)
        {
            case var _ when (from.File is PipeEnd && readAt != -1) || (to.File is PipeEnd && writeAt != -1):
                return Errno.ESPIPE;
            case (PipeEnd reads, PipeEnd writes):
                return ReferenceEquals(reads.Pipe, writes.Pipe)
                    ? Errno.EINVAL
                    : Kernel.Events.Splice.Between(task, reads, writes, count, nonBlocking || from.NonBlocking || to.NonBlocking, copies: false);
            case (PipeEnd reads, _):
                if ((writeAt != -1 && !to.IsSeekable) || (to.Flags & OpenFlags.O_APPEND) != 0 || writeAt < -1 || !TakesPipes(to))
                    return Errno.EINVAL;
                return Kernel.Events.Splice.ToFile(
                    task, reads, to, default, writeAt == -1 ? to.Offset : writeAt, count, nonBlocking || from.NonBlocking, isPlaced: writeAt != -1);
            case (_, PipeEnd writes):
                if ((readAt != -1 && !from.IsSeekable) || readAt < -1 || !GivesToPipes(from))
                    return Errno.EINVAL;
                return Kernel.Events.Splice.FromFile(
                    task, from, writes, default, readAt == -1 ? from.Offset : readAt, count, nonBlocking || to.NonBlocking, isPlaced: readAt != -1);
            default:
                return Errno.EINVAL;
        }
    }

    /// <summary>Copies data from one pipe to another, where it stays. tee(2).</summary>
    [Syscall(X64 = 276, I386 = 315)]
    internal static SysResult Tee(KernelTask task, Fd source, Fd target, nuint length, SpliceFlags flags)
    {
        if ((flags & ~SpliceFlags.All) != 0)
            return Errno.EINVAL;
        if (length == 0)
            return 0;
        return task.Files[source] is { } from && task.Files[target] is { } to ? Tee(from, to, task, length, flags) : Errno.EBADF;
    }

    /// <summary>The same, of descriptions.</summary>
    internal static SysResult Tee(OpenFileDescription from, OpenFileDescription to, KernelTask task, nuint length, SpliceFlags flags)
    {
        if ((flags & ~SpliceFlags.All) != 0)
            return Errno.EINVAL;
        if (!from.Readable || !to.Writable)
            return Errno.EBADF;
        if (from.File is not PipeEnd reads || to.File is not PipeEnd writes || ReferenceEquals(reads.Pipe, writes.Pipe))
            return Errno.EINVAL;
        bool nonBlocking = (flags & SpliceFlags.SPLICE_F_NONBLOCK) != 0 || from.NonBlocking || to.NonBlocking;
        return Kernel.Events.Splice.Between(task, reads, writes, (long)Math.Min(length, MAX_RW_COUNT), nonBlocking, copies: true);
    }

    /// <summary>Moves data between memory and a pipe. vmsplice(2).</summary>
    [Syscall(X64 = 278, I386 = 316, Support = Support.Partial, Missing = "pages are copied: changes made after the call do not show in the pipe")]
    internal static SysResult Vmsplice(KernelTask task, Fd fd, UserPointer<IoVector> vector, ulong count, SpliceFlags flags)
    {
        if ((flags & ~SpliceFlags.All) != 0)
            return Errno.EINVAL;
        if (task.Files[fd] is not { IsPath: false } file)
            return Errno.EBADF;
        Errno e = TransferCalls.Gather(task, vector, (int)Math.Min(count, int.MaxValue), out UserBuffer buffer);
        if (e != 0)
            return e;
        if (buffer.Remaining == 0)
            return 0;
        if (file.File is not PipeEnd end)
            return Errno.EBADF;
        bool nonBlocking = (flags & SpliceFlags.SPLICE_F_NONBLOCK) != 0;
        return file.Writable
            ? Kernel.Events.Splice.FromMemory(task, buffer, end, FirstAddress(task, vector), nonBlocking)
            : Kernel.Events.Splice.ToMemory(task, end, buffer, nonBlocking);
    }

    // Linux refuses files that cannot hand over pages or take them: descriptors made of nothing but events.
    private static bool GivesToPipes(OpenFileDescription file) =>
        file.File is IReadable and not (IUnmovable or PosixQueueFile);

    private static bool TakesPipes(OpenFileDescription file) => file.File is IWritable and not IUnmovable;

    private static Func<ulong> FirstAddress(KernelTask task, UserPointer<IoVector> vector) =>
        () => task.TryRead(vector, out IoVector first) ? first.Base : 0;
}
