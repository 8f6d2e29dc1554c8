using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Reading clocks. clock_gettime(2), gettimeofday(2).</summary>
internal static class Clocks
{
    private const int CPUCLOCK_PERTHREAD = 4;
    private const int CoarseResolutionNs = 4_000_000;

    /// <summary>Reads a clock. clock_gettime(2).</summary>
    [Syscall(X64 = 228, I386 = 403)]
    internal static SysResult ClockGettime(KernelTask task, ClockId clock, UserPointer<Timespec> time)
    {
        if (!TryRead(task, clock, out var ns))
        {
            return Errno.EINVAL;
        }

        return task.Memory.TryWrite(time, Timespec.FromNs(ns)) ? SysResult.Success : Errno.EFAULT;
    }

    /// <summary>The resolution of a clock. clock_getres(2).</summary>
    [Syscall(X64 = 229, I386 = 406)]
    internal static SysResult ClockGetres(KernelTask task, ClockId clock, UserPointer<Timespec> resolution)
    {
        if (!TryRead(task, clock, out _))
        {
            return Errno.EINVAL;
        }

        var ns = clock is ClockId.CLOCK_REALTIME_COARSE or ClockId.CLOCK_MONOTONIC_COARSE ? CoarseResolutionNs : 1;
        return resolution.IsNull || task.Memory.TryWrite(resolution, Timespec.FromNs(ns)) ? SysResult.Success : Errno.EFAULT;
    }

    /// <summary>Setting clocks is for nobody inside a zone. clock_settime(2).</summary>
    [Syscall(X64 = 227, I386 = 404, Support = Support.Partial, Missing = "the zone's clocks cannot be set: EPERM")]
    internal static SysResult ClockSettime(KernelTask task, ClockId clock, UserPointer<Timespec> time) =>
        TryRead(task, clock, out _) ? Errno.EPERM : Errno.EINVAL;

    /// <summary>Real time in microseconds. gettimeofday(2).</summary>
    [Syscall(X64 = 96)]
    internal static SysResult Gettimeofday(KernelTask task, UserPointer<Timeval> tv, UserPointer<ulong> tz)
    {
        if (!tv.IsNull && !task.Memory.TryWrite(tv, Timeval.FromNs(task.Machine.Clock.RealtimeNs)))
        {
            return Errno.EFAULT;
        }

        // struct timezone: always UTC here.
        return tz.IsNull || task.Memory.TryWrite(tz, 0UL) ? SysResult.Success : Errno.EFAULT;
    }

    /// <summary>Real time in seconds. time(2).</summary>
    [Syscall(X64 = 201)]
    internal static SysResult Time(KernelTask task, UserPointer<long> tloc)
    {
        var seconds = task.Machine.Clock.RealtimeNs / 1_000_000_000;
        return tloc.IsNull || task.Memory.TryWrite(tloc, seconds) ? seconds : Errno.EFAULT;
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
            case ClockId.CLOCK_PROCESS_CPUTIME_ID:
                ns = task.Process.CpuTimeNs;
                return true;
            case ClockId.CLOCK_THREAD_CPUTIME_ID:
                ns = task.CpuTimeNs;
                return true;
            default:
                return TryReadCpuClock(task, (int)clock, out ns);
        }
    }

    /// <summary>clock_getcpuclockid(3): negative numbers hold the complement of a process or thread number.</summary>
    private static bool TryReadCpuClock(KernelTask task, int clock, out long ns)
    {
        ns = 0;
        if (clock >= 0)
        {
            return false;
        }

        var number = ~(clock >> 3);
        if ((clock & CPUCLOCK_PERTHREAD) != 0)
        {
            var thread = number == 0 ? task : task.Process.Pids.Tasks[new Tid(number)];
            ns = thread?.CpuTimeNs ?? 0;
            return thread?.Process == task.Process;
        }

        var process = number == 0 ? task.Process : task.Process.Pids.Processes[new Pid(number)];
        ns = process?.CpuTimeNs ?? 0;
        return process is not null;
    }
}
