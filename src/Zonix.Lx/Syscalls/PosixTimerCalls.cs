using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Time;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Timers that send signals. timer_create(2).</summary>
internal static class PosixTimerCalls
{
    private const int TIMER_ABSTIME = 1;
    private const int SIGEV_SIGNAL = 0;
    private const int SIGEV_NONE = 1;
    private const int SIGEV_THREAD = 2;
    private const int SIGEV_THREAD_ID = 4;

    /// <summary>Makes a timer. timer_create(2).</summary>
    [Syscall(X64 = 222, I386 = 259)]
    internal static SysResult TimerCreate(KernelTask task, ClockId clock, UserPointer<Sigevent> sevp, UserPointer<int> timerid)
    {
        CpuClock? cpu = Clocks.TryGetCpuClock(task, clock, out var found) ? found : null;
        if (cpu is null && clock is not (ClockId.CLOCK_REALTIME or ClockId.CLOCK_MONOTONIC or ClockId.CLOCK_BOOTTIME or ClockId.CLOCK_TAI
            or ClockId.CLOCK_REALTIME_ALARM or ClockId.CLOCK_BOOTTIME_ALARM))
        {
            return Clocks.TryRead(task, clock, out _) ? Errno.EOPNOTSUPP : Errno.EINVAL;
        }

        var process = LxProcess.Of(task.Process);
        PosixTimers timers;
        lock (process)
        {
            timers = process.PosixTimers ??= new PosixTimers();
            task.Process.Signals.Timers = timers;
        }

        var id = timers.Reserve();
        var error = ReadEvent(task, sevp, id, out var template, out var target);
        if (error != 0)
        {
            return error;
        }

        // setrlimit(2), RLIMIT_SIGPENDING: each timer counts as a signal from its making on.
        var account = task.Process.Pids.SignalAccounts.Of(task.Credentials.Uid);
        if (!account.TryCharge(task.Process.Rlimits[RlimitResource.RLIMIT_SIGPENDING].Soft))
        {
            return Errno.EAGAIN;
        }

        if (!task.Memory.TryWrite(timerid, id))
        {
            account.Release();
            return Errno.EFAULT;
        }

        timers.Add(id, new PosixTimer(task.Process, clock, target, template, account, cpu));
        return SysResult.Success;
    }

    /// <summary>Arms or disarms a timer. timer_settime(2).</summary>
    [Syscall(X64 = 223, I386 = 260)]
    [Syscall(I386 = 409, Name = "timer_settime64", Wide = true)]
    internal static SysResult TimerSettime(KernelTask task, int timerid, int flags, UserPointer<Itimerspec> newValue, UserPointer<Itimerspec> oldValue)
    {
        if (newValue.IsNull)
        {
            return Errno.EINVAL;
        }

        if (!task.TryRead(newValue, out Itimerspec wanted))
        {
            return Errno.EFAULT;
        }

        if (!wanted.IsValid || Find(task, timerid) is not { } timer)
        {
            return Errno.EINVAL;
        }

        var old = timer.Set(Deadline(task, timer, wanted.Value.ToNs(), (flags & TIMER_ABSTIME) != 0), wanted.Interval.ToNs());
        return oldValue.IsNull ? SysResult.Success : Write(task, oldValue, old);
    }

    /// <summary>What is left of a timer. timer_gettime(2).</summary>
    [Syscall(X64 = 224, I386 = 261)]
    [Syscall(I386 = 408, Name = "timer_gettime64", Wide = true)]
    internal static SysResult TimerGettime(KernelTask task, int timerid, UserPointer<Itimerspec> value) =>
        Find(task, timerid) is { } timer ? Write(task, value, timer.Read()) : Errno.EINVAL;

    /// <summary>How many expiries the last signal stood for, beyond its own. timer_getoverrun(2).</summary>
    [Syscall(X64 = 225, I386 = 262)]
    internal static SysResult TimerGetoverrun(KernelTask task, int timerid) =>
        Find(task, timerid) is { } timer ? timer.Overrun : Errno.EINVAL;

    /// <summary>Deletes a timer. timer_delete(2).</summary>
    [Syscall(X64 = 226, I386 = 263)]
    internal static SysResult TimerDelete(KernelTask task, int timerid) =>
        LxProcess.Of(task.Process).PosixTimers?.Delete(timerid) == true ? SysResult.Success : Errno.EINVAL;

    private static PosixTimer? Find(KernelTask task, int id) => LxProcess.Of(task.Process).PosixTimers?[id];

    private static Errno ReadEvent(KernelTask task, UserPointer<Sigevent> sevp, int id, out SigInfo template, out KernelTask? target)
    {
        target = null;
        template = SigInfo.FromTimer((int)Signal.SIGALRM, id, 0, (ulong)id);
        if (sevp.IsNull)
        {
            return 0;
        }

        if (!task.TryRead(sevp, out Sigevent wanted))
        {
            return Errno.EFAULT;
        }

        var (value, signo, notify) = (wanted.Value, wanted.Signo, wanted.Notify);
        if (notify == (SIGEV_SIGNAL | SIGEV_THREAD_ID))
        {
            target = task.Process.Pids.Tasks[new Tid(wanted.Tid)];
            if (target?.Process != task.Process)
            {
                return Errno.EINVAL;
            }
        }
        else if (notify is not (SIGEV_SIGNAL or SIGEV_NONE or SIGEV_THREAD))
        {
            return Errno.EINVAL;
        }

        if (notify != SIGEV_NONE && signo is < (int)Signal.SIGHUP or > (int)Signal.SIGRTMAX)
        {
            return Errno.EINVAL;
        }

        template = SigInfo.FromTimer(notify == SIGEV_NONE ? 0 : signo, id, 0, value);
        return 0;
    }

    private static long Deadline(KernelTask task, PosixTimer timer, long ns, bool isAbsolute)
    {
        if (ns == 0)
        {
            return long.MaxValue;
        }

        if (timer.IsCpuTimer)
        {
            var used = timer.NowNs;
            return isAbsolute ? ns : ns >= long.MaxValue - used ? long.MaxValue : used + ns;
        }

        if (!isAbsolute)
        {
            return Deadlines.After(task, ns);
        }

        Clocks.TryRead(task, timer.Clock, out var now);
        return Math.Max(1, ns - (now - task.Machine.Clock.MonotonicNs));
    }

    private static SysResult Write(KernelTask task, UserPointer<Itimerspec> to, (long LeftNs, long IntervalNs) value) =>
        task.TryWrite(to, Itimerspec.FromNs(value.LeftNs, value.IntervalNs)) ? SysResult.Success : Errno.EFAULT;
}
