using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Tasks;

/// <summary>What the Linux brand keeps for a process.</summary>
internal sealed class LxProcess
{
    /// <summary>PR_SET_DUMPABLE.</summary>
    internal int Dumpable { get; set; } = 1;

    /// <summary>PR_SET_THP_DISABLE; remembered, since guests read it back.</summary>
    internal bool HugePagesDisabled { get; set; }

    /// <summary>PR_SET_CHILD_SUBREAPER.</summary>
    internal bool IsSubreaper { get; set; }

    /// <summary>The interval timers. getitimer(2).</summary>
    internal IntervalTimers? Timers { get; set; }

    /// <summary>Commands registered with membarrier(2).</summary>
    internal int MembarrierCommands;

    /// <summary>The state of a process of this brand; made when first asked for.</summary>
    internal static LxProcess Of(Process process)
    {
        if (process.BrandState is LxProcess state)
        {
            return state;
        }

        lock (process.Signals.Gate)
        {
            state = process.BrandState as LxProcess ?? new LxProcess();
            process.BrandState = state;
            return state;
        }
    }
}
