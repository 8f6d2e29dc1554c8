using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Time;

namespace Zonix.Lx.Syscalls;

/// <summary>Reading clocks. clock_gettime(2), gettimeofday(2).</summary>
internal static class Clocks
{
    private const int CPUCLOCK_PERTHREAD = 4;
    private const int CPUCLOCK_MASK = 3;
    private const int CPUCLOCK_VIRT = 1;
    private const int CPUCLOCK_SCHED = 2;
    private const int CoarseResolutionNs = 4_000_000;

    /// <summary>Reads a clock. clock_gettime(2).</summary>
    [Syscall(X64 = 228, I386 = 265)]
    [Syscall(I386 = 403, Name = "clock_gettime64", Wide = true)]
    internal static SysResult ClockGettime(KernelTask task, ClockId clock, UserPointer<Timespec> time)
    {
        if (!TryRead(task, clock, out var ns))
        {
            return Errno.EINVAL;
        }

        return task.TryWrite(time, Timespec.FromNs(ns)) ? SysResult.Success : Errno.EFAULT;
    }

    /// <summary>The resolution of a clock. clock_getres(2).</summary>
    [Syscall(X64 = 229, I386 = 266)]
    [Syscall(I386 = 406, Name = "clock_getres_time64", Wide = true)]
    internal static SysResult ClockGetres(KernelTask task, ClockId clock, UserPointer<Timespec> resolution)
    {
        if (!TryRead(task, clock, out _))
        {
            return Errno.EINVAL;
        }

        var ns = clock is ClockId.CLOCK_REALTIME_COARSE or ClockId.CLOCK_MONOTONIC_COARSE ? CoarseResolutionNs : 1;
        return resolution.IsNull || task.TryWrite(resolution, Timespec.FromNs(ns)) ? SysResult.Success : Errno.EFAULT;
    }

    /// <summary>Setting clocks is for nobody inside a zone. clock_settime(2).</summary>
    [Syscall(X64 = 227, I386 = 264, Support = Support.Partial, Missing = "the clock is the host's: EPERM for everybody")]
    [Syscall(I386 = 404, Name = "clock_settime64", Wide = true)]
    internal static SysResult ClockSettime(KernelTask task, ClockId clock, UserPointer<Timespec> time)
    {
        if (clock != ClockId.CLOCK_REALTIME)
        {
            // The CPU clocks can be "set" only in the sense of being refused; the others have no such operation.
            return TryGetCpuClock(task, clock, out _) ? Errno.EPERM : Errno.EINVAL;
        }

        if (!task.TryRead(time, out var wanted))
        {
            return Errno.EFAULT;
        }

        return wanted.IsValid ? Errno.EPERM : Errno.EINVAL;
    }

    /// <summary>Setting the time is for nobody inside a zone. settimeofday(2).</summary>
    [Syscall(X64 = 164, I386 = 79, Support = Support.Partial, Missing = "the clock is the host's: EPERM for everybody")]
    internal static SysResult Settimeofday(KernelTask task, UserPointer<Timeval> tv, UserPointer<ulong> tz)
    {
        if (!tv.IsNull)
        {
            if (!task.TryRead(tv, out var time))
            {
                return Errno.EFAULT;
            }

            if (!time.IsValid)
            {
                return Errno.EINVAL;
            }
        }

        return !tz.IsNull && !task.Memory.TryRead(tz, out _) ? Errno.EFAULT : Errno.EPERM;
    }

    /// <summary>Setting the time is for nobody inside a zone. stime(2).</summary>
    [Syscall(I386 = 25, Support = Support.Partial, Missing = "the clock is the host's: EPERM for everybody")]
    internal static SysResult Stime(KernelTask task, UserPointer<GuestOffset> time) =>
        task.TryRead(time, out GuestOffset _) ? Errno.EPERM : Errno.EFAULT;

    /// <summary>Real time in microseconds. gettimeofday(2).</summary>
    [Syscall(X64 = 96, I386 = 78)]
    internal static SysResult Gettimeofday(KernelTask task, UserPointer<Timeval> tv, UserPointer<ulong> tz)
    {
        if (!tv.IsNull && !task.TryWrite(tv, Timeval.FromNs(task.Machine.Clock.RealtimeNs)))
        {
            return Errno.EFAULT;
        }

        // struct timezone: always UTC here.
        return tz.IsNull || task.Memory.TryWrite(tz, 0UL) ? SysResult.Success : Errno.EFAULT;
    }

    /// <summary>Real time in seconds. time(2).</summary>
    [Syscall(X64 = 201, I386 = 13)]
    internal static SysResult Time(KernelTask task, UserPointer<GuestOffset> tloc)
    {
        var seconds = task.Machine.Clock.RealtimeNs / 1_000_000_000;
        return tloc.IsNull || task.TryWrite(tloc, new GuestOffset(seconds)) ? seconds : Errno.EFAULT;
    }

    /// <summary>The value of a clock; false: there is no such clock.</summary>
    internal static bool TryRead(KernelTask task, ClockId clock, out long ns)
    {
        var time = task.Machine.Clock;
        switch (clock)
        {
            case ClockId.CLOCK_REALTIME or ClockId.CLOCK_REALTIME_COARSE or ClockId.CLOCK_REALTIME_ALARM or ClockId.CLOCK_TAI:
                ns = time.RealtimeNs;
                return true;
            case ClockId.CLOCK_MONOTONIC or ClockId.CLOCK_MONOTONIC_RAW or ClockId.CLOCK_MONOTONIC_COARSE:
                ns = time.MonotonicNs;
                return true;
            case ClockId.CLOCK_BOOTTIME or ClockId.CLOCK_BOOTTIME_ALARM:
                ns = time.BoottimeNs;
                return true;
            default:
                var exists = TryGetCpuClock(task, clock, out var cpu);
                ns = exists ? cpu.NowNs : 0;
                return exists;
        }
    }

    /// <summary>
    /// The CPU clock of a number: the two of the caller, or by clock_getcpuclockid(3) the complement of a process or thread
    /// number and which part of the time is meant.
    /// </summary>
    internal static bool TryGetCpuClock(KernelTask task, ClockId clock, out CpuClock cpu)
    {
        cpu = new CpuClock(task.Process, clock == ClockId.CLOCK_THREAD_CPUTIME_ID ? task : null);
        if (clock is ClockId.CLOCK_PROCESS_CPUTIME_ID or ClockId.CLOCK_THREAD_CPUTIME_ID)
        {
            return true;
        }

        var which = (int)clock & CPUCLOCK_MASK;
        if (clock >= 0 || which > CPUCLOCK_SCHED)
        {
            return false;
        }

        var number = ~((int)clock >> 3);
        if (((int)clock & CPUCLOCK_PERTHREAD) != 0)
        {
            var thread = number == 0 ? task : task.Process.Pids.Tasks[new Tid(number)];
            cpu = new CpuClock(task.Process, thread, which == CPUCLOCK_VIRT);
            return thread?.Process == task.Process;
        }

        var process = number == 0 ? task.Process : task.Process.Pids.Processes[new Pid(number)];
        cpu = new CpuClock(process!, null, which == CPUCLOCK_VIRT);
        return process is not null;
    }
}
