using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Time;

/// <summary>
/// The armed alarms of a process. CPU time passes at most as fast as real time on as many CPUs as there are tasks: a timer
/// looks again when the nearest alarm may be due at the earliest. While no task runs, none is armed; the next one that comes
/// to a CPU arms it.
/// </summary>
public sealed class CpuAlarms : IExpiry
{
    private const long FinestNs = 1_000_000;

    private readonly Process process;
    private readonly KernelTimer timer;
    private readonly Lock gate = new();
    private readonly List<CpuAlarm> armed = [];
    private bool dormant;

    internal CpuAlarms(Process process)
    {
        this.process = process;
        timer = new KernelTimer(this);
    }

    /// <summary>Whether the next task that comes to a CPU must say so. Any thread.</summary>
    internal bool IsDormant => Volatile.Read(ref dormant);

    void IExpiry.Expired(long nowNs)
    {
        while (TakeDue(out var cpuNs) is { } due)
        {
            due.Expiry.Expired(cpuNs);
        }

        lock (gate)
        {
            Schedule();
        }
    }

    internal void Arm(CpuAlarm alarm, long deadlineNs)
    {
        lock (gate)
        {
            if (alarm.DeadlineNs == long.MaxValue)
            {
                armed.Add(alarm);
            }

            alarm.DeadlineNs = deadlineNs;
            if (deadlineNs == long.MaxValue)
            {
                armed.Remove(alarm);
            }

            Schedule();
        }
    }

    internal void Cancel(CpuAlarm alarm) => Arm(alarm, long.MaxValue);

    /// <summary>A task of the process has come to a CPU.</summary>
    internal void Continue()
    {
        lock (gate)
        {
            if (dormant)
            {
                Schedule();
            }
        }
    }

    private CpuAlarm? TakeDue(out long cpuNs)
    {
        lock (gate)
        {
            foreach (var alarm in armed)
            {
                cpuNs = alarm.Clock.NowNs;
                if (cpuNs >= alarm.DeadlineNs)
                {
                    alarm.DeadlineNs = long.MaxValue;
                    armed.Remove(alarm);
                    return alarm;
                }
            }
        }

        cpuNs = 0;
        return null;
    }

    private void Schedule()
    {
        var timers = process.Machine.Scheduler.Timers;
        Volatile.Write(ref dormant, false);
        if (armed.Count == 0)
        {
            timers.Cancel(timer);
            return;
        }

        if (!IsAnyRunning())
        {
            // Whoever comes to a CPU looks at the flag afterwards; so we look once more.
            Volatile.Write(ref dormant, true);
            Interlocked.MemoryBarrier();
            if (!IsAnyRunning())
            {
                timers.Cancel(timer);
                return;
            }

            Volatile.Write(ref dormant, false);
        }

        var nearest = long.MaxValue;
        foreach (var alarm in armed)
        {
            nearest = Math.Min(nearest, Math.Max(0, alarm.DeadlineNs - alarm.Clock.NowNs));
        }

        var parallel = Math.Clamp(process.Tasks.Count, 1, process.Machine.CpuCount);
        timers.Arm(timer, process.Machine.Clock.MonotonicNs + Math.Max(FinestNs, Math.Min(nearest, long.MaxValue / 2) / parallel));
    }

    private bool IsAnyRunning()
    {
        foreach (var task in process.Tasks)
        {
            if (task.IsOnWorker)
            {
                return true;
            }
        }

        return false;
    }
}
