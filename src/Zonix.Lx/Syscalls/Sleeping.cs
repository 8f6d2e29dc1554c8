using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Syscalls;

/// <summary>Sleeping. nanosleep(2), clock_nanosleep(2).</summary>
internal static class Sleeping
{
    private const int TIMER_ABSTIME = 1;

    /// <summary>Sleeps for a time. nanosleep(2).</summary>
    [Syscall(X64 = 35, I386 = 162)]
    internal static SysResult Nanosleep(KernelTask task, UserPointer<Timespec> request, UserPointer<Timespec> remaining)
    {
        if (!task.TryRead(request, out var time))
        {
            return Errno.EFAULT;
        }

        return time.IsValid ? Sleep(task, Deadlines.After(task, time.ToNs()), remaining) : Errno.EINVAL;
    }

    /// <summary>Sleeps for a time, or until a time, of a clock. clock_nanosleep(2).</summary>
    [Syscall(X64 = 230, I386 = 267)]
    [Syscall(I386 = 407, Name = "clock_nanosleep_time64", Wide = true)]
    internal static SysResult ClockNanosleep(
        KernelTask task, ClockId clock, int flags, UserPointer<Timespec> request, UserPointer<Timespec> remaining)
    {
        if (!Clocks.TryRead(task, clock, out var now))
        {
            return Errno.EINVAL;
        }

        var isCpu = Clocks.TryGetCpuClock(task, clock, out var cpu);
        if (clock == ClockId.CLOCK_THREAD_CPUTIME_ID)
        {
            return Errno.EOPNOTSUPP;
        }

        if (ReferenceEquals(cpu.Task, task) && isCpu)
        {
            // Asleep, it would never use the time it waits for.
            return Errno.EINVAL;
        }

        if (clock is
            ClockId.CLOCK_MONOTONIC_RAW or ClockId.CLOCK_MONOTONIC_COARSE or ClockId.CLOCK_REALTIME_COARSE)
        {
            return Errno.EOPNOTSUPP;
        }

        if (!task.TryRead(request, out var time))
        {
            return Errno.EFAULT;
        }

        if (!time.IsValid)
        {
            return Errno.EINVAL;
        }

        if (isCpu)
        {
            var isAbsolute = (flags & TIMER_ABSTIME) != 0;
            var ns = time.ToNs();
            return CpuSleepOperation.Sleep(task, cpu, isAbsolute || ns >= long.MaxValue - now ? ns : now + ns, remaining, isAbsolute);
        }

        if ((flags & TIMER_ABSTIME) == 0)
        {
            return Sleep(task, Deadlines.After(task, time.ToNs()), remaining);
        }

        var deadline = time.ToNs() - (now - task.Machine.Clock.MonotonicNs);
        // An absolute sleep is simply done again after a stop, and never tells what is left.
        return task.Block([], new SleepOperation(deadline, default), Math.Max(0, deadline), Restart.IfNoHandler);
    }

    internal static SysResult Sleep(KernelTask task, long deadlineNs, UserPointer<Timespec> remaining) =>
        task.Block([], new SleepOperation(deadlineNs, remaining), deadlineNs, Restart.Block);
}
