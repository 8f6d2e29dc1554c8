using Zonix.Kernel.Events;
using Zonix.Kernel.Ipc;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;
using Zonix.Kernel.Watching;

namespace Zonix.Lx.Syscalls;

/// <summary>open(2), close(2) and their kin.</summary>
internal static class OpenCalls
{
    private const ulong RESOLVE_KNOWN = 0x3f;
    private const uint CLOSE_RANGE_UNSHARE = 2, CLOSE_RANGE_CLOEXEC = 4;

    /// <summary>Opens a file. open(2).</summary>
    [Syscall(X64 = 2, I386 = 5)]
    internal static SysResult Open(KernelTask task, UserCString path, OpenFlags flags, uint mode) =>
        OpenAt(task, Fd.AT_FDCWD, path, flags, mode);

    /// <summary>Opens a file relative to a directory. openat(2).</summary>
    [Syscall(X64 = 257, I386 = 295, Name = "openat")]
    internal static SysResult OpenAt(KernelTask task, Fd directory, UserCString path, OpenFlags flags, uint mode) =>
        OpenAt(task, directory, path, flags, mode, 0);

    /// <summary>Opens a file, with limits on the way to it. openat2(2).</summary>
    [Syscall(X64 = 437, I386 = 437, Name = "openat2")]
    internal static SysResult OpenAt2(KernelTask task, Fd directory, UserCString path, UserPointer<OpenHow> how, nuint size)
    {
        if (size < 24)
            return Errno.EINVAL;
        if (size > 4096)
            return Errno.E2BIG;
        if (!task.Memory.TryRead(how, out OpenHow request))
            return Errno.EFAULT;
        for (ulong i = 24; i < size; i++)
        {
            if (!task.Memory.TryRead(how.Address + i, out byte rest))
                return Errno.EFAULT;
            if (rest != 0)
                return Errno.E2BIG;
        }
        bool creates = ((OpenFlags)request.Flags & (OpenFlags.O_CREAT | (OpenFlags.O_TMPFILE & ~OpenFlags.O_DIRECTORY))) != 0;
        if ((request.Resolve & ~RESOLVE_KNOWN) != 0 || request.Flags >> 32 != 0 || (request.Mode != 0 && !creates) || request.Mode > 0xfff)
            return Errno.EINVAL;
        const ResolveFlags Scopes = ResolveFlags.RESOLVE_BENEATH | ResolveFlags.RESOLVE_IN_ROOT;
        if (((ResolveFlags)request.Resolve & Scopes) == Scopes)
            return Errno.EINVAL;
        // What makes or truncates may have to wait.
        if (((ResolveFlags)request.Resolve & ResolveFlags.RESOLVE_CACHED) != 0 && (creates || ((OpenFlags)request.Flags & OpenFlags.O_TRUNC) != 0))
            return Errno.EAGAIN;
        return OpenAt(task, directory, path, (OpenFlags)request.Flags, (uint)request.Mode, (ResolveFlags)request.Resolve);
    }

    /// <summary>open(2) with O_CREAT, O_WRONLY and O_TRUNC. creat(2).</summary>
    [Syscall(X64 = 85, I386 = 8)]
    internal static SysResult Creat(KernelTask task, UserCString path, uint mode) =>
        OpenAt(task, Fd.AT_FDCWD, path, OpenFlags.O_CREAT | OpenFlags.O_WRONLY | OpenFlags.O_TRUNC, mode);

    /// <summary>Closes a descriptor. close(2).</summary>
    [Syscall(X64 = 3, I386 = 6)]
    internal static SysResult Close(KernelTask task, Fd fd)
    {
        OpenFileDescription? file = task.Files.Remove(fd);
        if (file is null)
            return Errno.EBADF;
        // mq_notify(3): a process that closes any descriptor of the queue is no longer told.
        if (file.File is PosixQueueFile messages)
            messages.Queue.CancelNotification(task.Process);
        file.Release();
        return 0;
    }

    /// <summary>Closes a range of descriptors, or marks them. close_range(2).</summary>
    [Syscall(X64 = 436, I386 = 436)]
    internal static SysResult CloseRange(KernelTask task, uint first, uint last, uint flags)
    {
        if (first > last || (flags & ~(CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC)) != 0)
            return Errno.EINVAL;
        if ((flags & CLOSE_RANGE_UNSHARE) != 0 && task.Files.IsShared)
        {
            FileTable own = task.Files.Clone();
            task.Files.Release();
            task.Files = own;
        }
        long end = Math.Min(last, (long)task.Files.Capacity - 1);
        for (long fd = first; fd <= end; fd++)
        {
            var number = new Fd((int)fd);
            if ((flags & CLOSE_RANGE_CLOEXEC) != 0)
                task.Files.SetCloseOnExec(number, true);
            else
                Close(task, number);
        }
        return 0;
    }

    private static SysResult OpenAt(KernelTask task, Fd directory, UserCString address, OpenFlags flags, uint mode, ResolveFlags resolve)
    {
        Errno e = UserPath.Read(task, address, out UserPath path);
        if (e != 0)
            return e;
        OpenFileDescription? opened = null;
        e = UserPath.Start(task, directory, path.Bytes, out VfsPath start, absolute: (resolve & ResolveFlags.RESOLVE_IN_ROOT) == 0);
        if (e == 0)
            e = PathOperations.Open(task, start, path.Bytes, flags, mode, resolve, out opened);
        if (e == Errno.EAGAIN && task.TakeQuestion() is { } question)
        {
            path.Dispose();
            return OpenIfAllowed(task, question, flags);
        }
        if (e == Errno.EAGAIN && (flags & OpenFlags.O_NONBLOCK) == 0 && task.FileSystem.Vfs.Locks.Leases.AreThere)
            return OpenAfterLeases(task, start, ref path, flags, mode, resolve);
        path.Dispose();
        return e != 0 ? e : Finish(task, opened!, flags);
    }

    /// <summary>Opens what was found, once those who watch it have allowed it. fanotify(7).</summary>
    internal static SysResult OpenIfAllowed(KernelTask task, PermissionQuestion question, OpenFlags flags) => PermissionWait.Then(task, question, waiter =>
    {
        Errno e = PathOperations.OpenFound(
            waiter, question.Place, flags, question.WasCreated, out OpenFileDescription? opened, isAllowed: true);
        // A lease is in the way: the call begins anew, and waits for that first.
        if (e == Errno.EAGAIN && (flags & OpenFlags.O_NONBLOCK) == 0)
            return SysResult.RestartNoIntr;
        return e != 0 ? e : DescriptorCalls.Install(waiter, opened!, (flags & OpenFlags.O_CLOEXEC) != 0);
    });

    // fcntl(2): an open that a lease is in the way of waits until the lease is given up, or its time is over.
    private static SysResult OpenAfterLeases(
        KernelTask task, VfsPath start, ref UserPath path, OpenFlags flags, uint mode, ResolveFlags resolve)
    {
        byte[] name = path.Bytes.ToArray();
        path.Dispose();
        return LeaseWait.Block(task, waiter =>
        {
            Errno e = PathOperations.Open(waiter, start, name, flags, mode, resolve, out OpenFileDescription? opened);
            if (e == Errno.EAGAIN && waiter.TakeQuestion() is not null)
                return SysResult.RestartNoIntr;
            return e != 0 ? e : Finish(waiter, opened!, flags);
        });
    }

    private static SysResult Finish(KernelTask task, OpenFileDescription opened, OpenFlags flags)
    {
        bool cloexec = (flags & OpenFlags.O_CLOEXEC) != 0;
        if (opened.File is PipeEnd { PeerArrived: false } end && !opened.NonBlocking)
            return task.Block([end.ReadQueue, end.WriteQueue], new AwaitPeer(opened, end, cloexec));
        return DescriptorCalls.Install(task, opened, cloexec);
    }

    /// <summary>The open of a FIFO, which waits for the other end. fifo(7).</summary>
    private sealed class AwaitPeer(OpenFileDescription opened, PipeEnd end, bool cloexec) : IInterruptibleOperation
    {
        public bool Try(KernelTask task, out SysResult result)
        {
            result = default;
            if (!end.PeerArrived)
                return false;
            result = DescriptorCalls.Install(task, opened, cloexec);
            return true;
        }

        public SysResult Interrupted(KernelTask task, SysResult result)
        {
            opened.Release();
            return result;
        }
    }
}
