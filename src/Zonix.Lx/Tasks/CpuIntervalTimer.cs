using Zonix.Abi;
using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Time;

namespace Zonix.Lx.Tasks;

/// <summary>ITIMER_VIRTUAL or ITIMER_PROF: counts CPU time of the process, user time or all of it. setitimer(2).</summary>
internal sealed class CpuIntervalTimer : IExpiry
{
    private readonly Process process;
    private readonly CpuAlarm alarm;
    private readonly Signal signal;
    private readonly Lock gate = new();
    private long deadlineNs = long.MaxValue;
    private long intervalNs;

    internal CpuIntervalTimer(Process process, bool userOnly, Signal signal)
    {
        this.process = process;
        this.signal = signal;
        alarm = new CpuAlarm(new CpuClock(process, null, userOnly), this);
    }

    /// <summary>What is left, and the interval; 0: not running.</summary>
    internal (long LeftNs, long IntervalNs) Read()
    {
        lock (gate)
        {
            return deadlineNs == long.MaxValue ? (0, 0) : (Math.Max(1000, deadlineNs - alarm.Clock.NowNs), intervalNs);
        }
    }

    /// <summary>Sets the timer; 0 stops it. Answers what it was.</summary>
    internal (long LeftNs, long IntervalNs) Set(long valueNs, long newIntervalNs)
    {
        lock (gate)
        {
            var old = Read();
            var now = alarm.Clock.NowNs;
            intervalNs = newIntervalNs;
            deadlineNs = valueNs == 0 || valueNs >= long.MaxValue - now ? long.MaxValue : now + valueNs;
            alarm.Arm(deadlineNs);
            return old;
        }
    }

    public void Expired(long cpuNs)
    {
        lock (gate)
        {
            if (cpuNs < deadlineNs || process.IsExiting)
            {
                return;
            }

            deadlineNs = intervalNs == 0 ? long.MaxValue : deadlineNs + (intervalNs * (1 + ((cpuNs - deadlineNs) / intervalNs)));
            alarm.Arm(deadlineNs);
        }

        SignalSending.Send(process, SigInfo.FromKernel((int)signal));
    }
}
