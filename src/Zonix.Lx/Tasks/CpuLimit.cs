using Zonix.Abi;
using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Time;

namespace Zonix.Lx.Tasks;

/// <summary>RLIMIT_CPU: SIGXCPU at the soft limit and every second after it, SIGKILL at the hard one. getrlimit(2).</summary>
internal sealed class CpuLimit : IExpiry
{
    private const long SecondNs = 1_000_000_000;

    private readonly Process process;
    private readonly CpuAlarm alarm;

    private CpuLimit(Process process)
    {
        this.process = process;
        alarm = new CpuAlarm(new CpuClock(process, null), this);
    }

    /// <summary>The limit of a process was set, or inherited.</summary>
    internal static void Watch(Process process)
    {
        var state = LxProcess.Of(process);
        if (state.CpuLimit is null && process.Rlimits[RlimitResource.RLIMIT_CPU].Soft == Rlimit.Infinity)
        {
            return;
        }

        lock (state)
        {
            state.CpuLimit ??= new CpuLimit(process);
        }

        state.CpuLimit.Rearm();
    }

    /// <summary>The process has ended.</summary>
    internal void Release() => alarm.Cancel();

    public void Expired(long cpuNs)
    {
        var limit = process.Rlimits[RlimitResource.RLIMIT_CPU];
        var used = (ulong)(cpuNs / SecondNs);
        if (used >= limit.Hard)
        {
            SignalSending.Send(process, SigInfo.FromKernel((int)Signal.SIGKILL));
            return;
        }

        if (used >= limit.Soft)
        {
            SignalSending.Send(process, SigInfo.FromKernel((int)Signal.SIGXCPU));
            // Linux moves the soft limit itself, so that getrlimit shows it.
            process.Rlimits[RlimitResource.RLIMIT_CPU] = limit with { Soft = Math.Min(used + 1, limit.Hard) };
        }

        Rearm();
    }

    private void Rearm()
    {
        var limit = process.Rlimits[RlimitResource.RLIMIT_CPU];
        var seconds = Math.Min(limit.Soft, limit.Hard);
        // setrlimit(2): 0 stands for one second.
        alarm.Arm(seconds >= long.MaxValue / SecondNs ? long.MaxValue : (long)Math.Max(1, seconds) * SecondNs);
    }
}
