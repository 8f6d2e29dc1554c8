using System.Buffers;
using Zonix.Kernel.Events;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Syscalls;

/// <summary>epoll(7).</summary>
internal static class EpollCalls
{
    private const int EPOLL_CTL_ADD = 1, EPOLL_CTL_DEL = 2, EPOLL_CTL_MOD = 3;
    private const uint WithExclusive = (uint)(PollEvents.POLLIN | PollEvents.POLLRDNORM | PollEvents.POLLOUT | PollEvents.POLLWRNORM |
        PollEvents.POLLERR | PollEvents.POLLHUP) | (uint)(EpollOptions.EPOLLWAKEUP | EpollOptions.EPOLLET | EpollOptions.EPOLLEXCLUSIVE);
    private const int MaxEvents = int.MaxValue / 12;

    /// <summary>Makes a set. epoll_create(2).</summary>
    [Syscall(X64 = 213, I386 = 254)]
    internal static SysResult EpollCreate(KernelTask task, int size) => size <= 0 ? Errno.EINVAL : EpollCreate1(task, 0);

    /// <summary>Makes a set, with flags. epoll_create1(2).</summary>
    [Syscall(X64 = 291, I386 = 329, Name = "epoll_create1")]
    internal static SysResult EpollCreate1(KernelTask task, OpenFlags flags) =>
        (flags & ~OpenFlags.O_CLOEXEC) != 0
            ? Errno.EINVAL
            : EventCalls.Install(task, new EpollFile(EventCalls.CreateInode(task)), "anon_inode:[eventpoll]", flags);

    /// <summary>Changes a set. epoll_ctl(2).</summary>
    [Syscall(X64 = 233, I386 = 255)]
    internal static SysResult EpollCtl(KernelTask task, Fd epoll, int operation, Fd fd, UserPointer<EpollEvent> change)
    {
        EpollEvent e = default;
        if (operation != EPOLL_CTL_DEL && !task.Memory.TryRead(change, out e))
            return Errno.EFAULT;
        if (task.Files[epoll] is not { } set || task.Files[fd] is not { } file)
            return Errno.EBADF;
        if (set.IsPath || file.IsPath)
            return Errno.EBADF;
        if (file.Pollable is null)
            return Errno.EPERM;
        if (set.File is not EpollFile target || ReferenceEquals(set, file))
            return Errno.EINVAL;
        if ((e.Events & (uint)EpollOptions.EPOLLEXCLUSIVE) != 0 && operation != EPOLL_CTL_DEL &&
            (operation != EPOLL_CTL_ADD || file.File is EpollFile || (e.Events & ~WithExclusive) != 0))
            return Errno.EINVAL;
        return operation switch
        {
            EPOLL_CTL_ADD => target.Add(fd, file, e.Events, e.Data),
            EPOLL_CTL_MOD => target.Modify(fd, file, e.Events, e.Data),
            EPOLL_CTL_DEL => target.Remove(fd, file),
            _ => Errno.EINVAL,
        };
    }

    /// <summary>Waits for events. epoll_wait(2).</summary>
    [Syscall(X64 = 232, I386 = 256)]
    internal static SysResult EpollWait(KernelTask task, Fd epoll, UserPointer<EpollEvent> events, int count, int timeout) =>
        Wait(task, epoll, events, count, timeout < 0 ? long.MaxValue : Deadlines.After(task, timeout * 1_000_000L));

    /// <summary>Waits for events under another signal mask. epoll_pwait(2).</summary>
    [Syscall(X64 = 281, I386 = 319)]
    internal static SysResult EpollPwait(
        KernelTask task, Fd epoll, UserPointer<EpollEvent> events, int count, int timeout, UserPointer<ulong> mask, nuint size)
    {
        Errno e = TemporaryMask.Set(task, mask, size);
        return e != 0 ? e : EpollWait(task, epoll, events, count, timeout);
    }

    /// <summary>epoll_pwait(2) with a timeout in nanoseconds. epoll_pwait2(2).</summary>
    [Syscall(X64 = 441, Name = "epoll_pwait2")]
    [Syscall(I386 = 441, Name = "epoll_pwait2", Wide = true)]
    internal static SysResult EpollPwait2(
        KernelTask task, Fd epoll, UserPointer<EpollEvent> events, int count, UserPointer<Timespec> timeout, UserPointer<ulong> mask, nuint size)
    {
        long deadline = long.MaxValue;
        if (!timeout.IsNull)
        {
            if (!task.TryRead(timeout, out Timespec time))
                return Errno.EFAULT;
            if (!time.IsValid)
                return Errno.EINVAL;
            deadline = Deadlines.After(task, time.ToNs());
        }
        Errno e = TemporaryMask.Set(task, mask, size);
        return e != 0 ? e : Wait(task, epoll, events, count, deadline);
    }

    private static SysResult Wait(KernelTask task, Fd epoll, UserPointer<EpollEvent> events, int count, long deadline)
    {
        if (count is <= 0 or > MaxEvents)
            return Errno.EINVAL;
        if (task.Files[epoll] is not { } set)
            return Errno.EBADF;
        if (set.File is not EpollFile source)
            return Errno.EINVAL;
        return task.Block(source.ReadQueue, new WaitOperation(source, events, count), deadline, Restart.Never);
    }

    private sealed class WaitOperation(EpollFile set, UserPointer<EpollEvent> target, int count) : ITimedOperation
    {
        private const int FewEvents = 64;

        public bool Try(KernelTask task, out SysResult result)
        {
            if (count <= FewEvents)
                return Try(task, stackalloc (uint, ulong)[count], out result);
            // All in one round: a level-triggered item that was reported is on the list again, and a second would report it twice.
            (uint, ulong)[] room = ArrayPool<(uint, ulong)>.Shared.Rent(Math.Clamp(set.Count, FewEvents, count));
            bool found = Try(task, room.AsSpan(0, Math.Min(room.Length, count)), out result);
            ArrayPool<(uint, ulong)>.Shared.Return(room);
            return found;
        }

        private bool Try(KernelTask task, Span<(uint Events, ulong Data)> room, out SysResult result)
        {
            int found = set.Collect(room);
            for (int i = 0; i < found; i++)
            {
                var e = new EpollEvent { Events = room[i].Events, Data = room[i].Data };
                if (!task.Memory.TryWrite(target.Address + ((ulong)i * 12), e))
                {
                    result = i > 0 ? i : Errno.EFAULT;
                    return true;
                }
            }
            result = found;
            return found > 0;
        }

        public SysResult TimedOut(KernelTask task) => 0;
    }
}
