using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Syscalls;

/// <summary>poll(2), select(2).</summary>
internal static class PollCalls
{
    private const int MaxSelect = 1 << 20;

    /// <summary>Waits until one of several descriptors is ready. poll(2).</summary>
    [Syscall(X64 = 7, I386 = 168)]
    internal static SysResult Poll(KernelTask task, UserAddress entries, uint count, int timeout) =>
        Wait(task, entries, count, new RemainingTime(default, 1, timeout < 0 ? long.MaxValue : Deadlines.After(task, timeout * 1_000_000L)));

    /// <summary>poll(2) with a timeout in nanoseconds and a signal mask. ppoll(2).</summary>
    [Syscall(X64 = 271, I386 = 309)]
    [Syscall(I386 = 414, Name = "ppoll_time64", Wide = true)]
    internal static SysResult Ppoll(
        KernelTask task, UserAddress entries, uint count, UserPointer<Timespec> timeout, UserPointer<ulong> mask, nuint size)
    {
        Errno e = ReadTimeout(task, timeout, out long deadline);
        if (e == 0)
            e = TemporaryMask.Set(task, mask, size);
        return e != 0 ? e : Wait(task, entries, count, new RemainingTime(timeout.Address, 1, deadline));
    }

    /// <summary>Waits until one of several descriptors is ready. select(2).</summary>
    [Syscall(X64 = 23)]
    [Syscall(I386 = 142, Name = "_newselect")]
    internal static SysResult Select(
        KernelTask task, int count, UserAddress readSet, UserAddress writeSet, UserAddress exceptSet, UserPointer<Timeval> timeout)
    {
        long deadline = long.MaxValue;
        if (!timeout.IsNull)
        {
            if (!task.TryRead(timeout, out Timeval time))
                return Errno.EFAULT;
            if (time.Seconds < 0 || time.Microseconds < 0)
                return Errno.EINVAL;
            deadline = Deadlines.After(task, time.ToNs());
        }
        return WaitSets(task, count, readSet, writeSet, exceptSet, new RemainingTime(timeout.Address, 1000, deadline));
    }

    /// <summary>select(2) of old i386 programs, whose arguments lie in memory.</summary>
    [Syscall(I386 = 82)]
    internal static SysResult OldSelect(KernelTask task, UserAddress arguments)
    {
        Span<uint> given = stackalloc uint[5];
        return OldArguments.TryRead(task, arguments, given)
            ? Select(task, (int)given[0], new(given[1]), new(given[2]), new(given[3]), new(given[4]))
            : Errno.EFAULT;
    }

    /// <summary>select(2) with a timeout in nanoseconds and a signal mask. pselect(2).</summary>
    [Syscall(X64 = 270, I386 = 308, Name = "pselect6")]
    [Syscall(I386 = 413, Name = "pselect6_time64", Wide = true)]
    internal static SysResult Pselect6(
        KernelTask task, int count, UserAddress readSet, UserAddress writeSet, UserAddress exceptSet, UserPointer<Timespec> timeout,
        UserAddress mask)
    {
        Errno e = ReadTimeout(task, timeout, out long deadline);
        if (e == 0 && !mask.IsNull)
        {
            if (!task.TryRead(mask, out SigsetArgument set))
                return Errno.EFAULT;
            e = TemporaryMask.Set(task, new UserPointer<ulong>(set.Mask), (nuint)set.Size);
        }
        return e != 0 ? e : WaitSets(task, count, readSet, writeSet, exceptSet, new RemainingTime(timeout.Address, 1, deadline));
    }

    private static Errno ReadTimeout(KernelTask task, UserPointer<Timespec> timeout, out long deadline)
    {
        deadline = long.MaxValue;
        if (timeout.IsNull)
            return 0;
        if (!task.TryRead(timeout, out Timespec time))
            return Errno.EFAULT;
        if (!time.IsValid)
            return Errno.EINVAL;
        deadline = Deadlines.After(task, time.ToNs());
        return 0;
    }

    private static SysResult Wait(KernelTask task, UserAddress entries, uint count, RemainingTime time)
    {
        if (count > task.Process.Rlimits[RlimitResource.RLIMIT_NOFILE].Soft)
            return Errno.EINVAL;
        var watched = new PollFd[count];
        for (int i = 0; i < watched.Length; i++)
        {
            if (!task.Memory.TryRead(entries + ((ulong)i * 8), out watched[i]))
                return Errno.EFAULT;
        }
        var files = new OpenFileDescription?[count];
        for (int i = 0; i < files.Length; i++)
            files[i] = watched[i].Fd < 0 ? null : task.Files[new Fd(watched[i].Fd)];
        return task.Block(PollSet.Queues(files), new PollOperation(watched, files, entries, time), time.DeadlineNs, Restart.IfNoHandler);
    }

    private static SysResult WaitSets(
        KernelTask task, int count, UserAddress readSet, UserAddress writeSet, UserAddress exceptSet, RemainingTime time)
    {
        if (count < 0)
            return Errno.EINVAL;
        count = Math.Min(count, Math.Min(MaxSelect, task.Files.Capacity));
        var sets = new SelectSets(count);
        if (!sets.Read(task, readSet, writeSet, exceptSet))
            return Errno.EFAULT;
        OpenFileDescription?[] files = new OpenFileDescription?[count];
        for (int fd = 0; fd < count; fd++)
        {
            if (sets.Interest(fd) == 0)
                continue;
            files[fd] = task.Files[new Fd(fd)];
            if (files[fd] is null)
                return Errno.EBADF;
        }
        var operation = new SelectOperation(sets, files, readSet, writeSet, exceptSet, time);
        return task.Block(PollSet.Queues(files), operation, time.DeadlineNs, Restart.IfNoHandler);
    }
}
