using Zonix.Kernel.Tasks;
using Zonix.Lx.Aio;

namespace Zonix.Lx.Tasks;

/// <summary>What the Linux brand keeps for a process.</summary>
internal sealed class LxProcess
{
    /// <summary>The user and the session of who has not logged in.</summary>
    internal const uint NotLoggedIn = uint.MaxValue;

    private const uint DefaultCoreFilter = 0x33;
    private AioContexts? aio;

    /// <summary>PR_SET_DUMPABLE.</summary>
    internal int Dumpable { get; set; } = 1;

    /// <summary>PR_SET_THP_DISABLE; remembered, since guests read it back.</summary>
    internal bool HugePagesDisabled { get; set; }

    /// <summary>
    /// How much rather than others this process is to go when memory runs out, -1000 to 1000; it is handed on by fork and stays
    /// at exec. proc_pid_oom_score_adj(5).
    /// </summary>
    internal int OomScoreAdjustment { get; set; }

    /// <summary>/proc/[pid]/loginuid.</summary>
    internal uint LoginUid { get; set; } = NotLoggedIn;

    /// <summary>/proc/[pid]/sessionid.</summary>
    internal uint LoginSession { get; set; } = NotLoggedIn;

    /// <summary>/proc/[pid]/coredump_filter; kept, since guests read it back.</summary>
    internal uint CoreFilter { get; set; } = DefaultCoreFilter;

    /// <summary>The interval timers. getitimer(2).</summary>
    internal IntervalTimers? Timers { get; set; }

    /// <summary>ITIMER_VIRTUAL.</summary>
    internal CpuIntervalTimer? VirtualTimer { get; set; }

    /// <summary>ITIMER_PROF.</summary>
    internal CpuIntervalTimer? ProfilingTimer { get; set; }

    /// <summary>Watches RLIMIT_CPU.</summary>
    internal CpuLimit? CpuLimit { get; set; }

    /// <summary>The timers of timer_create(2).</summary>
    internal PosixTimers? PosixTimers { get; set; }

    /// <summary>The contexts of asynchronous I/O, made when first asked for. io_setup(2).</summary>
    internal AioContexts Aio(LxBrand brand) =>
        Volatile.Read(ref aio) ?? Interlocked.CompareExchange(ref aio, new AioContexts(brand.Settings.AioLimits), null) ?? aio;

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

    /// <summary>fork(2): what a new process has from its maker.</summary>
    internal void InheritFrom(LxProcess maker)
    {
        Dumpable = maker.Dumpable;
        HugePagesDisabled = maker.HugePagesDisabled;
        OomScoreAdjustment = maker.OomScoreAdjustment;
        LoginUid = maker.LoginUid;
        LoginSession = maker.LoginSession;
        CoreFilter = maker.CoreFilter;
        Volatile.Write(ref MembarrierCommands, Volatile.Read(ref maker.MembarrierCommands));
    }

    /// <summary>execve(2): what does not outlive the program.</summary>
    internal void ProgramReplaced()
    {
        Dumpable = 1;
        PosixTimers?.DeleteAll();
        aio?.Clear();
        Volatile.Write(ref MembarrierCommands, 0);
    }

    /// <summary>The process has ended: no timer of it is left armed.</summary>
    internal void Release()
    {
        Timers?.Set(0, 0);
        VirtualTimer?.Set(0, 0);
        ProfilingTimer?.Set(0, 0);
        CpuLimit?.Release();
        PosixTimers?.DeleteAll();
        aio?.Clear();
    }
}
