using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Events;

/// <summary>Moving data between a pipe and a file, another pipe, or memory. splice(2), tee(2), vmsplice(2), sendfile(2).</summary>
public static class Splice
{
    private const int PageSize = Pipe.PIPE_BUF;

    /// <summary>From one pipe to another; the pipes differ and their modes have been checked.</summary>
    public static SysResult Between(KernelTask task, PipeEnd source, PipeEnd target, long length, bool nonBlocking, bool copies) =>
        task.Block(
            [source.ReadQueue, target.WriteQueue], new PipeToPipe(source.Pipe, target.Pipe, length, nonBlocking, copies));

    /// <summary>From a pipe to a file, at its offset or at one given, which is written back.</summary>
    public static SysResult ToFile(
        KernelTask task, PipeEnd source, OpenFileDescription target, UserPointer<GuestOffset> place, long offset, long length, bool nonBlocking,
        bool isPlaced = false)
    {
        var operation = new PipeToFile(source.Pipe, target, place, offset, length, nonBlocking, isPlaced || !place.IsNull);
        return task.Block(target.Pollable is { } file ? [source.ReadQueue, file.WriteQueue] : [source.ReadQueue], operation);
    }

    /// <summary>From a file to a pipe: at most what there is room for.</summary>
    public static SysResult FromFile(
        KernelTask task, OpenFileDescription source, PipeEnd target, UserPointer<GuestOffset> place, long offset, long length, bool nonBlocking,
        bool isPlaced = false)
    {
        var operation = new FileToPipe(source, target.Pipe, place, offset, length, nonBlocking, isPlaced || !place.IsNull);
        return task.Block(source.Pollable is { } file ? [target.WriteQueue, file.ReadQueue] : [target.WriteQueue], operation);
    }

    /// <summary>From memory to a pipe. The pages are copied: later changes of the memory do not show.</summary>
    public static SysResult FromMemory(KernelTask task, UserBuffer source, PipeEnd target, Func<ulong> firstAddress, bool nonBlocking) =>
        task.Block(target.WriteQueue, new MemoryToPipe(source, target.Pipe, firstAddress, nonBlocking));

    /// <summary>From a pipe to memory.</summary>
    public static SysResult ToMemory(KernelTask task, PipeEnd source, UserBuffer target, bool nonBlocking) =>
        task.Block(source.ReadQueue, new PipeToMemory(source.Pipe, target, nonBlocking));

    private static SysResult Broken(KernelTask task)
    {
        SignalSending.Send(task, SigInfo.FromKernel((int)Signal.SIGPIPE));
        return Errno.EPIPE;
    }

    private sealed class PipeToPipe(Pipe source, Pipe target, long length, bool nonBlocking, bool copies) : IOperation
    {
        public bool Try(KernelTask task, out SysResult result)
        {
            result = source.TransferTo(target, length, copies);
            if (result == Errno.EPIPE)
                result = Broken(task);
            return result != Errno.EAGAIN || nonBlocking;
        }
    }

    private sealed class PipeToMemory(Pipe source, UserBuffer target, bool nonBlocking) : IOperation
    {
        private UserBuffer target = target;

        public bool Try(KernelTask task, out SysResult result)
        {
            result = source.Read(ref target);
            return result != Errno.EAGAIN || nonBlocking;
        }
    }

    private sealed class MemoryToPipe(UserBuffer source, Pipe target, Func<ulong> firstAddress, bool nonBlocking) : IOperation
    {
        private UserBuffer source = source;

        public bool Try(KernelTask task, out SysResult result)
        {
            result = Errno.EAGAIN;
            if (target.Ends.Readers == 0)
                result = Broken(task);
            else if (target.FreeSlots == 0)
                return nonBlocking;
            else
                result = Move(task);
            return true;
        }

        private SysResult Move(KernelTask task)
        {
            long done = 0;
            int inPage = (int)(firstAddress() % PageSize);
            for (int room = target.FreeSlots; room > 0 && source.Remaining > 0 && !source.Faulted; room--)
            {
                int wanted = (int)Math.Min(source.Remaining, (ulong)(PageSize - inPage));
                var page = new byte[PageSize];
                int moved = source.CopyIn(page.AsSpan(inPage, wanted));
                if (moved == 0)
                    break;
                if (target.Add(new PipeSlot { Page = page, Offset = inPage, Length = moved }) != 0)
                    return done > 0 ? done : Broken(task);
                done += moved;
                inPage = 0;
            }
            return done > 0 ? done : Errno.EFAULT;
        }
    }

    private sealed class PipeToFile(
        Pipe source, OpenFileDescription target, UserPointer<GuestOffset> place, long start, long length, bool nonBlocking, bool isPlaced)
        : IOperation
    {
        private long done;

        public bool Try(KernelTask task, out SysResult result)
        {
            result = 0;
            while (done < length)
            {
                if (!source.TryTake(length - done, out PipeSlot piece))
                {
                    if (done > 0 || source.Ends.Writers == 0)
                        break;
                    result = Errno.EAGAIN;
                    return nonBlocking;
                }
                var bytes = new UserBuffer(piece.Page, piece.Offset, piece.Length);
                result = !isPlaced ? target.Write(ref bytes) : target.WriteAt(ref bytes, start + done);
                int moved = result.IsError ? 0 : (int)result.Value;
                done += moved;
                if (moved == piece.Length)
                    continue;
                source.PutBack(piece with { Offset = piece.Offset + moved, Length = piece.Length - moved });
                if (result == Errno.EAGAIN && done == 0 && !target.NonBlocking)
                    return false;
                if (result == Errno.EPIPE)
                    Broken(task);
                break;
            }
            result = done > 0 || !result.IsError ? done : result;
            if (done > 0 && !place.IsNull && !task.TryWrite(place, new GuestOffset(start + done)))
                result = Errno.EFAULT;
            return true;
        }
    }

    private sealed class FileToPipe(
        OpenFileDescription source, Pipe target, UserPointer<GuestOffset> place, long start, long length, bool nonBlocking, bool isPlaced)
        : IOperation
    {
        public bool Try(KernelTask task, out SysResult result)
        {
            result = Errno.EAGAIN;
            int room = target.FreeSlots;
            if (target.Ends.Readers == 0)
            {
                result = Broken(task);
                return true;
            }
            if (room == 0)
                return nonBlocking;
            long done = 0, first = isPlaced ? start : source.Offset;
            while (room-- > 0 && done < length)
            {
                int inPage = source.IsSeekable ? (int)((first + done) % PageSize) : 0;
                var page = new byte[PageSize];
                var into = new UserBuffer(page, inPage, (int)Math.Min(length - done, PageSize - inPage));
                ulong wanted = into.Remaining;
                result = !isPlaced ? source.Read(ref into) : source.ReadAt(ref into, start + done);
                if (result == Errno.EAGAIN && done == 0 && !source.NonBlocking)
                    return nonBlocking;
                if (result.IsError || result.Value == 0)
                    break;
                if (target.Add(new PipeSlot { Page = page, Offset = inPage, Length = (int)result.Value }) != 0)
                {
                    result = Broken(task);
                    break;
                }
                done += result.Value;
                if ((ulong)result.Value < wanted || !source.IsSeekable)
                    break;
            }
            result = done > 0 || !result.IsError ? done : result;
            if (done > 0 && !place.IsNull && !task.TryWrite(place, new GuestOffset(start + done)))
                result = Errno.EFAULT;
            return true;
        }
    }
}
