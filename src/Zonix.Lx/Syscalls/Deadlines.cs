using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Deadlines on the monotonic clock, from what calls are given.</summary>
internal static class Deadlines
{
    /// <summary>The deadline <paramref name="ns"/> from now; 0 stays "do not wait".</summary>
    internal static long After(KernelTask task, long ns)
    {
        if (ns <= 0)
        {
            return 0;
        }

        var now = task.Machine.Clock.MonotonicNs;
        return ns >= long.MaxValue - now ? long.MaxValue : now + ns;
    }

    /// <summary>The deadline of an absolute CLOCK_REALTIME.</summary>
    internal static long AtRealtime(KernelTask task, long ns) =>
        ns == long.MaxValue ? long.MaxValue : Math.Max(0, ns - task.Machine.Clock.RealtimeOffsetNs);
}
