using Zonix.Abi;
using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Time;

namespace Zonix.Lx.Tasks;

/// <summary>
/// A timer of timer_create(2), on a clock or on CPU time. While its signal is pending an interval timer rests: taking the signal counts what was
/// missed and arms it again.
/// </summary>
internal sealed class PosixTimer : IExpiry
{
    private const long RetryNs = 1_000_000;

    private readonly Process process;
    private readonly KernelTask? target;
    private readonly SigInfo template;
    private readonly SignalAccount account;
    private readonly KernelTimer timer;
    private readonly CpuAlarm? alarm;
    private readonly Lock gate = new();
    private long deadlineNs = long.MaxValue;
    private long intervalNs;
    private bool isPending;

    /// <summary>A timer whose expiry sends <paramref name="template"/> (signal number 0: nothing) to a task or the process. It was counted in <paramref name="account"/>.</summary>
    internal PosixTimer(Process process, ClockId clock, KernelTask? target, in SigInfo template, SignalAccount account, CpuClock? cpu = null)
    {
        this.process = process;
        this.target = target;
        this.template = template;
        this.account = account;
        Clock = clock;
        timer = new KernelTimer(this);
        alarm = cpu is { } clockOfCpu ? new CpuAlarm(clockOfCpu, this) : null;
    }

    internal ClockId Clock { get; }

    /// <summary>What its expiry sends: a signal (0: none), its value, and the task that gets it (null: the process).</summary>
    internal (int Signal, ulong Value, int? Thread) Notice => (template.Signo, template.Word1, target?.Tid.Value);

    /// <summary>What its deadlines are compared with: CPU time, or the monotonic clock.</summary>
    internal long NowNs => alarm is not null ? alarm.Clock.NowNs : process.Machine.Clock.MonotonicNs;

    /// <summary>Whether it counts CPU time.</summary>
    internal bool IsCpuTimer => alarm is not null;

    /// <summary>The overruns of the signal that was taken last. timer_getoverrun(2).</summary>
    internal int Overrun { get; private set; }

    /// <summary>What is left, and the interval; 0: not armed.</summary>
    internal (long LeftNs, long IntervalNs) Read()
    {
        lock (gate)
        {
            return template.Signo == 0 ? ReadSilent() : (Left(NowNs), intervalNs);
        }
    }

    /// <summary>Arms the timer for a time of <see cref="NowNs"/>; <see cref="long.MaxValue"/> disarms it. Answers what it was.</summary>
    internal (long LeftNs, long IntervalNs) Set(long newDeadlineNs, long newIntervalNs)
    {
        lock (gate)
        {
            var old = (Left(NowNs), intervalNs);
            Disarm();
            isPending = false;
            intervalNs = newIntervalNs;
            Arm(newDeadlineNs);
            return old;
        }
    }

    /// <summary>The end of a timer that nobody can find any more: it does not count against its user either.</summary>
    internal void End()
    {
        Set(long.MaxValue, 0);
        account.Release();
    }

    public void Expired(long nowNs)
    {
        lock (gate)
        {
            if (nowNs < deadlineNs || isPending || process.IsExiting)
            {
                return;
            }

            isPending = intervalNs != 0;
            if (!isPending)
            {
                deadlineNs = long.MaxValue;
            }
        }

        var kept = template.Signo != 0 &&
            (target is null ? SignalSending.Send(process, template, fromTimer: true) : SignalSending.Send(target, template, fromTimer: true))
                == SendOutcome.Kept;
        if (!kept)
        {
            Skip(nowNs);
        }
    }

    /// <summary>The timer's signal is being taken.</summary>
    internal void Taken(ref SigInfo info)
    {
        lock (gate)
        {
            if (isPending)
            {
                Overrun = GoOn(NowNs, intervalNs);
                info.Word0 = (uint)info.Word0 | ((ulong)(uint)Overrun << 32);
            }
            else
            {
                Overrun = 0;
            }
        }
    }

    /// <summary>Without a signal nobody counts expiries: it runs on by itself. SIGEV_NONE.</summary>
    private (long LeftNs, long IntervalNs) ReadSilent()
    {
        var now = NowNs;
        return deadlineNs <= now && intervalNs == 0 ? (0, 0) : (Left(now), intervalNs);
    }

    /// <summary>Nobody will take the signal: the timer goes on, but not faster than anyone could see.</summary>
    private void Skip(long nowNs)
    {
        lock (gate)
        {
            if (isPending)
            {
                GoOn(nowNs, Math.Max(intervalNs, RetryNs));
            }
        }
    }

    private int GoOn(long nowNs, long stepNs)
    {
        var missed = Math.Max(0, (nowNs - deadlineNs) / stepNs);
        isPending = false;
        Arm(deadlineNs + ((missed + 1) * stepNs));
        return (int)Math.Min(missed, int.MaxValue);
    }

    private void Arm(long newDeadlineNs)
    {
        deadlineNs = newDeadlineNs;
        if (newDeadlineNs == long.MaxValue)
        {
            return;
        }

        if (alarm is not null)
        {
            alarm.Arm(newDeadlineNs);
        }
        else
        {
            process.Machine.Scheduler.Timers.Arm(timer, newDeadlineNs);
        }
    }

    private void Disarm()
    {
        if (alarm is not null)
        {
            alarm.Cancel();
        }
        else
        {
            process.Machine.Scheduler.Timers.Cancel(timer);
        }
    }

    private long Left(long nowNs)
    {
        if (deadlineNs == long.MaxValue)
        {
            return 0;
        }

        if (deadlineNs > nowNs)
        {
            return deadlineNs - nowNs;
        }

        // It has expired: an interval timer shows the time to its next multiple, another one never shows 0 while it is armed.
        return intervalNs == 0 ? 1 : intervalNs - ((nowNs - deadlineNs) % intervalNs);
    }
}
