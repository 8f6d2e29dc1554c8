using Zonix.Abi;
using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Time;

namespace Zonix.Lx.Tasks;

/// <summary>The ITIMER_REAL timer of a process, which alarm(2) shares. setitimer(2).</summary>
internal sealed class IntervalTimers : IExpiry
{
    private readonly Process process;
    private readonly KernelTimer timer;
    private readonly Lock gate = new();
    private long deadlineNs = long.MaxValue;
    private long intervalNs;

    internal IntervalTimers(Process process)
    {
        this.process = process;
        timer = new KernelTimer(this);
    }

    /// <summary>What is left, and the interval; 0: not running.</summary>
    internal (long LeftNs, long IntervalNs) Read()
    {
        lock (gate)
        {
            return deadlineNs == long.MaxValue
                ? (0, 0)
                // A running timer never shows 0.
                : (Math.Max(1000, deadlineNs - process.Machine.Clock.MonotonicNs), intervalNs);
        }
    }

    /// <summary>Sets the timer; 0 stops it. Answers what it was.</summary>
    internal (long LeftNs, long IntervalNs) Set(long valueNs, long newIntervalNs)
    {
        lock (gate)
        {
            var old = Read();
            process.Machine.Scheduler.Timers.Cancel(timer);
            intervalNs = newIntervalNs;
            var now = process.Machine.Clock.MonotonicNs;
            deadlineNs = valueNs == 0 || valueNs >= long.MaxValue - now ? long.MaxValue : now + valueNs;
            if (deadlineNs != long.MaxValue)
            {
                process.Machine.Scheduler.Timers.Arm(timer, deadlineNs);
            }

            return old;
        }
    }

    public void Expired(long nowNs)
    {
        lock (gate)
        {
            if (nowNs < deadlineNs || process.IsExiting)
            {
                return;
            }

            deadlineNs = intervalNs == 0 ? long.MaxValue : deadlineNs + (intervalNs * (1 + ((nowNs - deadlineNs) / intervalNs)));
            if (deadlineNs != long.MaxValue)
            {
                process.Machine.Scheduler.Timers.Arm(timer, deadlineNs);
            }
        }

        SignalSending.Send(process, SigInfo.FromKernel((int)Signal.SIGALRM));
    }
}
