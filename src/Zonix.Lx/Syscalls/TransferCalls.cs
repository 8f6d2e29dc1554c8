using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;
using Zonix.Kernel.Watching;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>read(2), write(2) and their kin.</summary>
internal static class TransferCalls
{
    private const int IOV_MAX = 1024;
    private const ulong MAX_RW_COUNT = 0x7ffff000;
    private const int RWF_HIPRI = 1, RWF_DSYNC = 2, RWF_SYNC = 4, RWF_NOWAIT = 8, RWF_APPEND = 16, RWF_NOAPPEND = 32;

    /// <summary>Reads up to <paramref name="count"/> bytes at the description's offset. read(2).</summary>
    [Syscall(X64 = 0, I386 = 3)]
    internal static SysResult Read(KernelTask task, Fd fd, UserAddress buffer, nuint count)
    {
        if (task.Files[fd] is not { Readable: true } file)
            return Errno.EBADF;
        return ReadFrom(task, file, new UserBuffer(task.Memory, buffer, Math.Min(count, MAX_RW_COUNT)));
    }

    /// <summary>Writes up to <paramref name="count"/> bytes at the description's offset. write(2).</summary>
    [Syscall(X64 = 1, I386 = 4)]
    internal static SysResult Write(KernelTask task, Fd fd, UserAddress buffer, nuint count)
    {
        if (task.Files[fd] is not { Writable: true } file)
            return Errno.EBADF;
        return WriteTo(task, file, new UserBuffer(task.Memory, buffer, Math.Min(count, MAX_RW_COUNT)));
    }

    /// <summary>Reads at an offset of its own. pread(2).</summary>
    [Syscall(X64 = 17)]
    [Syscall(I386 = 180, Wide = true)]
    internal static SysResult Pread64(KernelTask task, Fd fd, UserAddress buffer, nuint count, long offset) =>
        ReadAt(task, fd, new UserBuffer(task.Memory, buffer, Math.Min(count, MAX_RW_COUNT)), offset);

    /// <summary>Writes at an offset of its own. pwrite(2).</summary>
    [Syscall(X64 = 18)]
    [Syscall(I386 = 181, Wide = true)]
    internal static SysResult Pwrite64(KernelTask task, Fd fd, UserAddress buffer, nuint count, long offset) =>
        WriteAt(task, fd, new UserBuffer(task.Memory, buffer, Math.Min(count, MAX_RW_COUNT)), offset);

    /// <summary>Reads into several buffers. readv(2).</summary>
    [Syscall(X64 = 19, I386 = 145)]
    internal static SysResult Readv(KernelTask task, Fd fd, UserPointer<IoVector> vector, int count)
    {
        if (task.Files[fd] is not { Readable: true } file)
            return Errno.EBADF;
        Errno e = Gather(task, vector, count, out UserBuffer buffer);
        return e != 0 ? e : ReadFrom(task, file, buffer);
    }

    /// <summary>Writes from several buffers. writev(2).</summary>
    [Syscall(X64 = 20, I386 = 146)]
    internal static SysResult Writev(KernelTask task, Fd fd, UserPointer<IoVector> vector, int count)
    {
        if (task.Files[fd] is not { Writable: true } file)
            return Errno.EBADF;
        Errno e = Gather(task, vector, count, out UserBuffer buffer);
        return e != 0 ? e : WriteTo(task, file, buffer);
    }

    /// <summary>Reads into several buffers at an offset of its own. preadv(2).</summary>
    [Syscall(X64 = 295)]
    [Syscall(I386 = 333, Wide = true)]
    internal static SysResult Preadv(KernelTask task, Fd fd, UserPointer<IoVector> vector, int count, long offset) =>
        offset < 0 ? Errno.EINVAL : Preadv2(task, fd, vector, count, offset, 0, 0);

    /// <summary>Writes from several buffers at an offset of its own. pwritev(2).</summary>
    [Syscall(X64 = 296)]
    [Syscall(I386 = 334, Wide = true)]
    internal static SysResult Pwritev(KernelTask task, Fd fd, UserPointer<IoVector> vector, int count, long offset) =>
        offset < 0 ? Errno.EINVAL : Pwritev2(task, fd, vector, count, offset, 0, 0);

    /// <summary>preadv(2) with flags; offset -1 is the description's. preadv2(2).</summary>
    [Syscall(X64 = 327)]
    internal static SysResult Preadv2(
        KernelTask task, Fd fd, UserPointer<IoVector> vector, int count, long offset, nint offsetHigh, int flags)
    {
        if (offset < -1)
            return Errno.EINVAL;
        if (task.Files[fd] is not { IsPath: false } file)
            return Errno.EBADF;
        if (offset != -1 && !IsPositioned(file))
            return Errno.ESPIPE;
        if (!file.Readable)
            return Errno.EBADF;
        Errno e = Gather(task, vector, count, out UserBuffer buffer);
        if (e != 0 || (e = CheckFlags(file, flags)) != 0)
            return e;
        if (offset != -1)
            return ReadAt(task, file, buffer, offset);
        return (flags & RWF_NOWAIT) != 0 ? Counted(task, file.Read(ref buffer)) : ReadFrom(task, file, buffer);
    }

    /// <summary>pwritev(2) with flags; offset -1 is the description's. pwritev2(2).</summary>
    [Syscall(X64 = 328)]
    internal static SysResult Pwritev2(
        KernelTask task, Fd fd, UserPointer<IoVector> vector, int count, long offset, nint offsetHigh, int flags)
    {
        if (offset < -1)
            return Errno.EINVAL;
        if (task.Files[fd] is not { IsPath: false } file)
            return Errno.EBADF;
        if (offset != -1 && !IsPositioned(file))
            return Errno.ESPIPE;
        if (!file.Writable)
            return Errno.EBADF;
        Errno e = Gather(task, vector, count, out UserBuffer buffer);
        if (e != 0 || (e = CheckFlags(file, flags)) != 0)
            return e;
        // No file on a disk, or what stands for one, takes a write that must not wait.
        if ((flags & RWF_NOWAIT) != 0 && file.File.Inode.Access.IsRegular)
            return Errno.EOPNOTSUPP;
        if (offset != -1 || (flags & (RWF_APPEND | RWF_NOAPPEND)) != 0)
            return WriteAt(task, file, buffer, offset, flags);
        if ((flags & RWF_NOWAIT) == 0)
            return WriteTo(task, file, buffer);
        SysResult result = file.Write(ref buffer, task.Process.Rlimits.FileSize);
        task.Io.CountWrite(result);
        return BrokenPipe.Signal(task, result, file);
    }

    /// <summary>preadv2(2), without the half of an offset that x86-64 does not need.</summary>
    [Syscall(I386 = 378, Name = "preadv2", Wide = true)]
    internal static SysResult PreadvWide(KernelTask task, Fd fd, UserPointer<IoVector> vector, int count, long offset, int flags) =>
        Preadv2(task, fd, vector, count, offset, 0, flags);

    /// <summary>pwritev2(2), likewise.</summary>
    [Syscall(I386 = 379, Name = "pwritev2", Wide = true)]
    internal static SysResult PwritevWide(KernelTask task, Fd fd, UserPointer<IoVector> vector, int count, long offset, int flags) =>
        Pwritev2(task, fd, vector, count, offset, 0, flags);

    /// <summary>Reads, waiting if the file has nothing yet and may be waited for.</summary>
    internal static SysResult ReadFrom(KernelTask task, OpenFileDescription file, UserBuffer buffer)
    {
        if (file.AsksPermission && PermissionWait.BeforeRead(task, file, out SysResult asked))
            return asked;
        if (file.Terminal is { } terminal)
            return Counted(task, terminal.Read(task, buffer, file.NonBlocking));
        if (file.Pollable is not { } pollable || file.NonBlocking)
            return Counted(task, file.Read(ref buffer));
        ReadOperation reading = LxTask.Of(task).Reading.For(file, buffer);
        return pollable is ISocket { Settings.ReceiveTimeoutNs: > 0 } socket
            ? task.Block(pollable.ReadQueue, reading, Deadlines.After(task, socket.Settings.ReceiveTimeoutNs), Restart.Never)
            : task.Block(pollable.ReadQueue, reading);
    }

    /// <summary>Writes all of it, waiting for room where the file may be waited for.</summary>
    internal static SysResult WriteTo(KernelTask task, OpenFileDescription file, UserBuffer buffer)
    {
        if (file.Terminal is { } terminal && terminal.BeforeWrite(task) is { Raw: not 0 } refused)
            return refused;
        ulong limit = task.Process.Rlimits.FileSize;
        SysResult result = file.Write(ref buffer, limit);
        if (file.Pollable is not { } pollable)
        {
            task.Io.CountWrite(result);
            return limit == Rlimit.Infinity ? result : FileSizeLimit.Signal(task, result);
        }
        if (result.IsError && result.Error != Errno.EAGAIN)
            return BrokenPipe.Signal(task, result, file);
        if (file.NonBlocking || buffer.Remaining == 0 || buffer.Faulted)
        {
            task.Io.CountWrite(result);
            return result;
        }
        WriteOperation writing = LxTask.Of(task).Writing.For(file, buffer, result.IsError ? 0 : result.Value);
        return pollable is ISocket { Settings.SendTimeoutNs: > 0 } socket
            ? task.Block(pollable.WriteQueue, writing, Deadlines.After(task, socket.Settings.SendTimeoutNs), Restart.Never)
            : task.Block(pollable.WriteQueue, writing);
    }

    /// <summary>Fetches an iovec array: EINVAL, EFAULT.</summary>
    internal static Errno Gather(KernelTask task, UserPointer<IoVector> vector, int count, out UserBuffer buffer)
    {
        buffer = default;
        if (count is < 0 or > IOV_MAX)
            return Errno.EINVAL;
        if (count == 1)
        {
            if (!task.TryRead(vector, out IoVector only))
                return Errno.EFAULT;
            if (IsTooLong(task, only))
                return Errno.EINVAL;
            buffer = new UserBuffer(task.Memory, new UserAddress(only.Base), Math.Min(only.Length, MAX_RW_COUNT));
            return 0;
        }
        var vectors = new IoVector[count];
        ulong total = 0;
        for (int i = 0; i < count; i++)
        {
            if (!task.TryRead(task.Element(vector, i), out vectors[i]))
                return Errno.EFAULT;
            if (IsTooLong(task, vectors[i]))
                return Errno.EINVAL;
            total = Math.Min(total + vectors[i].Length, MAX_RW_COUNT);
        }
        buffer = new UserBuffer(task.Memory, vectors, total);
        return 0;
    }

    // A ssize_t: of 32 bits for i386.
    private static bool IsTooLong(KernelTask task, in IoVector vector) =>
        (long)vector.Length < 0 || (vector.Length > int.MaxValue && task.CallAbi != GuestAbi.X64);

    private static Errno CheckFlags(OpenFileDescription file, int flags)
    {
        const int Known = RWF_HIPRI | RWF_DSYNC | RWF_SYNC | RWF_NOWAIT | RWF_APPEND | RWF_NOAPPEND;
        if ((flags & ~Known) != 0 || ((flags & RWF_NOWAIT) != 0 && !file.File.IsImmediate))
            return Errno.EOPNOTSUPP;
        if ((flags & (RWF_APPEND | RWF_NOAPPEND)) == (RWF_APPEND | RWF_NOAPPEND))
            return Errno.EINVAL;
        return (flags & RWF_NOAPPEND) != 0 && file.File.Inode.Access.IsAppendOnly ? Errno.EPERM : 0;
    }

    // Whether it can be read and written at offsets: a pipe cannot. Directories answer EISDIR later on.
    private static bool IsPositioned(OpenFileDescription file) => file.IsSeekable || file.File is IDirectoryFile;

    private static SysResult ReadAt(KernelTask task, Fd fd, UserBuffer buffer, long offset)
    {
        if (offset < 0)
            return Errno.EINVAL;
        if (task.Files[fd] is not { IsPath: false } file)
            return Errno.EBADF;
        return IsPositioned(file) ? ReadAt(task, file, buffer, offset) : Errno.ESPIPE;
    }

    private static SysResult ReadAt(KernelTask task, OpenFileDescription file, UserBuffer buffer, long offset) =>
        file.AsksPermission && file.Readable && PermissionWait.BeforeRead(task, file, out SysResult asked)
            ? asked
            : Counted(task, file.ReadAt(ref buffer, offset));

    private static SysResult Counted(KernelTask task, SysResult read)
    {
        task.Io.CountRead(read);
        return read;
    }

    private static SysResult WriteAt(KernelTask task, Fd fd, UserBuffer buffer, long offset)
    {
        if (offset < 0)
            return Errno.EINVAL;
        if (task.Files[fd] is not { IsPath: false } file)
            return Errno.EBADF;
        if (!IsPositioned(file))
            return Errno.ESPIPE;
        return file.Writable ? WriteAt(task, file, buffer, offset, 0) : Errno.EBADF;
    }

    private static SysResult WriteAt(KernelTask task, OpenFileDescription file, UserBuffer buffer, long offset, int flags)
    {
        bool appends = (flags & RWF_NOAPPEND) == 0 && ((flags & RWF_APPEND) != 0 || (file.Flags & OpenFlags.O_APPEND) != 0);
        ulong limit = task.Process.Rlimits.FileSize;
        SysResult result = offset == -1
            ? file.Write(ref buffer, limit, appends)
            : file.WriteAt(ref buffer, offset, limit, appends);
        task.Io.CountWrite(result);
        return limit == Rlimit.Infinity ? result : FileSizeLimit.Signal(task, result);
    }
}
