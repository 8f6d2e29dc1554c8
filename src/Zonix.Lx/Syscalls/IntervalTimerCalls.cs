using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Interval timers. getitimer(2), alarm(2).</summary>
internal static class IntervalTimerCalls
{
    private const int ITIMER_REAL = 0;
    private const int ITIMER_VIRTUAL = 1;
    private const int ITIMER_PROF = 2;

    /// <summary>Asks for SIGALRM in some seconds. alarm(2).</summary>
    [Syscall(X64 = 37, I386 = 27)]
    internal static SysResult Alarm(KernelTask task, uint seconds)
    {
        const long second = 1_000_000_000;
        var old = Timers(task).Set(seconds * second, 0);
        var left = (old.LeftNs + (second / 2)) / second;
        return old.LeftNs > 0 && left == 0 ? 1 : left;
    }

    /// <summary>Reads an interval timer. getitimer(2).</summary>
    [Syscall(X64 = 36, I386 = 105)]
    internal static SysResult Getitimer(KernelTask task, int which, UserPointer<Itimerval> value)
    {
        return which switch
        {
            ITIMER_REAL => Write(task, value, Timers(task).Read()),
            ITIMER_VIRTUAL or ITIMER_PROF => Write(task, value, CpuTimer(task, which).Read()),
            _ => Errno.EINVAL,
        };
    }

    /// <summary>Sets an interval timer. setitimer(2).</summary>
    [Syscall(X64 = 38, I386 = 104)]
    internal static SysResult Setitimer(KernelTask task, int which, UserPointer<Itimerval> newValue, UserPointer<Itimerval> oldValue)
    {
        if (which is < ITIMER_REAL or > ITIMER_PROF)
        {
            return Errno.EINVAL;
        }

        var wanted = default(Itimerval);
        if (!newValue.IsNull && !task.TryRead(newValue, out wanted))
        {
            return Errno.EFAULT;
        }

        if (!wanted.Interval.IsValid || !wanted.Value.IsValid)
        {
            return Errno.EINVAL;
        }

        var old = which == ITIMER_REAL
            ? Timers(task).Set(wanted.Value.ToNs(), wanted.Interval.ToNs())
            : CpuTimer(task, which).Set(wanted.Value.ToNs(), wanted.Interval.ToNs());
        return oldValue.IsNull ? SysResult.Success : Write(task, oldValue, old);
    }

    private static CpuIntervalTimer CpuTimer(KernelTask task, int which)
    {
        var state = LxProcess.Of(task.Process);
        lock (state)
        {
            return which == ITIMER_VIRTUAL
                ? state.VirtualTimer ??= new CpuIntervalTimer(task.Process, userOnly: true, Signal.SIGVTALRM)
                : state.ProfilingTimer ??= new CpuIntervalTimer(task.Process, userOnly: false, Signal.SIGPROF);
        }
    }

    private static IntervalTimers Timers(KernelTask task)
    {
        var state = LxProcess.Of(task.Process);
        lock (state)
        {
            return state.Timers ??= new IntervalTimers(task.Process);
        }
    }

    private static SysResult Write(KernelTask task, UserPointer<Itimerval> to, (long LeftNs, long IntervalNs) value) =>
        task.TryWrite(to, new Itimerval(Timeval.FromNs(value.IntervalNs), Timeval.FromNs(value.LeftNs))) ? SysResult.Success : Errno.EFAULT;
}
