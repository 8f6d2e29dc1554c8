using Zonix.Kernel.Events;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Syscalls;

/// <summary>Descriptors that are made from nothing: pipes, eventfd, timerfd, memfd.</summary>
internal static class EventCalls
{
    private const OpenFlags PipeFlags = OpenFlags.O_CLOEXEC | OpenFlags.O_NONBLOCK | OpenFlags.O_DIRECT;
    private const int EFD_SEMAPHORE = 1, TFD_TIMER_ABSTIME = 1, TFD_TIMER_CANCEL_ON_SET = 2;
    private const uint MFD_CLOEXEC = 1, MFD_ALLOW_SEALING = 2, MFD_NOEXEC_SEAL = 8, MFD_EXEC = 16, F_SEAL_SEAL = 1, F_SEAL_EXEC = 32;

    /// <summary>Makes a pipe. pipe(2).</summary>
    [Syscall(X64 = 22, I386 = 42)]
    internal static SysResult Pipe(KernelTask task, UserPointer<int> ends) => Pipe2(task, ends, 0);

    /// <summary>Makes a pipe, with flags. pipe2(2).</summary>
    [Syscall(X64 = 293, I386 = 331, Name = "pipe2")]
    internal static SysResult Pipe2(KernelTask task, UserPointer<int> ends, OpenFlags flags)
    {
        if ((flags & ~PipeFlags) != 0)
            return Errno.EINVAL;
        Credentials who = task.Credentials;
        OpenFlags status = flags & (OpenFlags.O_NONBLOCK | OpenFlags.O_DIRECT);
        Errno e = task.FileSystem.Vfs.CreatePipe(who.FsUid, who.FsGid, status, out OpenFileDescription? reader, out OpenFileDescription? writer);
        if (e != 0)
            return e;
        bool cloexec = (flags & OpenFlags.O_CLOEXEC) != 0;
        SysResult first = DescriptorCalls.Install(task, reader!, cloexec);
        if (first.IsError)
        {
            writer!.Release();
            return first;
        }
        SysResult second = DescriptorCalls.Install(task, writer!, cloexec);
        if (second.IsError)
        {
            task.Files.Close(new Fd((int)first.Value));
            return second;
        }
        ulong both = (uint)first.Value | ((ulong)second.Value << 32);
        if (task.Memory.TryWrite(ends.Address, both))
            return 0;
        task.Files.Close(new Fd((int)first.Value));
        task.Files.Close(new Fd((int)second.Value));
        return Errno.EFAULT;
    }

    /// <summary>Makes an event counter. eventfd(2).</summary>
    [Syscall(X64 = 284, I386 = 323)]
    internal static SysResult Eventfd(KernelTask task, uint initial) => Eventfd2(task, initial, 0);

    /// <summary>Makes an event counter, with flags. eventfd2(2).</summary>
    [Syscall(X64 = 290, I386 = 328, Name = "eventfd2")]
    internal static SysResult Eventfd2(KernelTask task, uint initial, int flags)
    {
        var status = (OpenFlags)(flags & ~EFD_SEMAPHORE);
        if ((status & ~(OpenFlags.O_CLOEXEC | OpenFlags.O_NONBLOCK)) != 0)
            return Errno.EINVAL;
        var file = new EventFile(CreateInode(task), initial, (flags & EFD_SEMAPHORE) != 0);
        return Install(task, file, "anon_inode:[eventfd]", status);
    }

    /// <summary>Makes a descriptor that reads signals. signalfd(2).</summary>
    [Syscall(X64 = 282, I386 = 321)]
    internal static SysResult Signalfd(KernelTask task, Fd fd, UserPointer<ulong> mask, nuint size) => Signalfd4(task, fd, mask, size, 0);

    /// <summary>Makes a descriptor that reads signals, or changes which. signalfd4(2).</summary>
    [Syscall(X64 = 289, I386 = 327, Name = "signalfd4")]
    internal static SysResult Signalfd4(KernelTask task, Fd fd, UserPointer<ulong> mask, nuint size, OpenFlags flags)
    {
        if (size != sizeof(ulong))
            return Errno.EINVAL;
        if (!task.Memory.TryRead(mask, out ulong signals))
            return Errno.EFAULT;
        if ((flags & ~(OpenFlags.O_CLOEXEC | OpenFlags.O_NONBLOCK)) != 0)
            return Errno.EINVAL;
        if (fd.Value == -1)
            return Install(task, new SignalFile(CreateInode(task), signals), "anon_inode:[signalfd]", flags);
        if (task.Files[fd] is not { } description)
            return Errno.EBADF;
        if (description.File is not SignalFile file)
            return Errno.EINVAL;
        file.SetMask(task, signals);
        return fd;
    }

    /// <summary>Makes a timer. timerfd_create(2).</summary>
    [Syscall(X64 = 283, I386 = 322)]
    internal static SysResult TimerfdCreate(KernelTask task, ClockId clock, OpenFlags flags)
    {
        if ((flags & ~(OpenFlags.O_CLOEXEC | OpenFlags.O_NONBLOCK)) != 0)
            return Errno.EINVAL;
        if (clock is not (ClockId.CLOCK_REALTIME or ClockId.CLOCK_MONOTONIC or ClockId.CLOCK_BOOTTIME or
            ClockId.CLOCK_REALTIME_ALARM or ClockId.CLOCK_BOOTTIME_ALARM))
            return Errno.EINVAL;
        var file = new TimerFile(CreateInode(task), clock, task.Machine.Clock, task.Machine.Scheduler.Timers);
        return Install(task, file, "anon_inode:[timerfd]", flags);
    }

    /// <summary>Sets a timer. timerfd_settime(2).</summary>
    [Syscall(X64 = 286, I386 = 325, Support = Support.Partial, Missing = "TFD_TIMER_CANCEL_ON_SET never cancels: the clock is not set")]
    [Syscall(I386 = 411, Name = "timerfd_settime64", Wide = true)]
    internal static SysResult TimerfdSettime(KernelTask task, Fd fd, int flags, UserPointer<Itimerspec> value, UserPointer<Itimerspec> old)
    {
        if ((flags & ~(TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET)) != 0)
            return Errno.EINVAL;
        if (!task.TryRead(value, out Itimerspec wanted))
            return Errno.EFAULT;
        if (task.Files[fd] is not { } description)
            return Errno.EBADF;
        if (description.File is not TimerFile timer || !wanted.IsValid)
            return Errno.EINVAL;
        long firstNs = wanted.Value.ToNs();
        if (firstNs != 0)
        {
            bool realtime = timer.ClockId is ClockId.CLOCK_REALTIME or ClockId.CLOCK_REALTIME_ALARM;
            firstNs = (flags & TFD_TIMER_ABSTIME) == 0 ? Deadlines.After(task, firstNs)
                : Math.Max(1, realtime ? Deadlines.AtRealtime(task, firstNs) : firstNs);
        }
        timer.SetFlags = flags;
        (long remaining, long oldInterval) = timer.Set(firstNs, wanted.Interval.ToNs());
        return old.IsNull ? 0 : PutTimer(task, old, remaining, oldInterval);
    }

    /// <summary>What is left of a timer. timerfd_gettime(2).</summary>
    [Syscall(X64 = 287, I386 = 326)]
    [Syscall(I386 = 410, Name = "timerfd_gettime64", Wide = true)]
    internal static SysResult TimerfdGettime(KernelTask task, Fd fd, UserPointer<Itimerspec> value)
    {
        if (task.Files[fd] is not { } description)
            return Errno.EBADF;
        if (description.File is not TimerFile timer)
            return Errno.EINVAL;
        (long remaining, long interval) = timer.Get();
        return PutTimer(task, value, remaining, interval);
    }

    /// <summary>Makes a file in memory. memfd_create(2).</summary>
    [Syscall(X64 = 319, I386 = 356, Support = Support.Partial, Missing = "MFD_HUGETLB")]
    internal static SysResult MemfdCreate(KernelTask task, UserCString name, uint flags)
    {
        const uint Known = MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL | MFD_EXEC;
        if ((flags & ~Known) != 0 || (flags & (MFD_NOEXEC_SEAL | MFD_EXEC)) == (MFD_NOEXEC_SEAL | MFD_EXEC))
            return Errno.EINVAL;
        if (task.FileSystem.Vfs.MemoryFiles is not { } source)
            return Errno.ENOSYS;
        Span<byte> text = stackalloc byte[251];
        int length = task.Memory.CopyInString(name.Address, text);
        if (length < 0 || length > 249)
            return length < 0 ? Errno.EFAULT : Errno.EINVAL;
        bool noExec = (flags & MFD_NOEXEC_SEAL) != 0;
        uint seals = noExec ? F_SEAL_EXEC : (flags & MFD_ALLOW_SEALING) != 0 ? 0 : F_SEAL_SEAL;
        IOpenableInode inode = source.Create(noExec ? 0x1B6u : 0x1FF, task.Credentials.FsUid, task.Credentials.FsGid, seals);
        string shown = "/memfd:" + System.Text.Encoding.UTF8.GetString(text[..length]) + " (deleted)";
        Errno e = task.FileSystem.Vfs.OpenNameless(
            inode, shown, OpenFlags.O_RDWR | OpenFlags.O_LARGEFILE, out OpenFileDescription? opened);
        return e != 0 ? e : DescriptorCalls.Install(task, opened!, (flags & MFD_CLOEXEC) != 0);
    }

    internal static IInode CreateInode(KernelTask task) =>
        task.FileSystem.Vfs.CreateNamelessInode(0x180, task.Credentials.FsUid, task.Credentials.FsGid);

    internal static SysResult Install(KernelTask task, IFile file, string name, OpenFlags flags, OpenFlags access = OpenFlags.O_RDWR)
    {
        OpenFlags status = (flags & ~OpenFlags.O_CLOEXEC) | access;
        OpenFileDescription description = task.FileSystem.Vfs.OpenNameless(file, name, status);
        return DescriptorCalls.Install(task, description, (flags & OpenFlags.O_CLOEXEC) != 0);
    }

    private static SysResult PutTimer(KernelTask task, UserPointer<Itimerspec> value, long remaining, long interval) =>
        task.TryWrite(value, Itimerspec.FromNs(remaining, interval)) ? 0 : Errno.EFAULT;
}
