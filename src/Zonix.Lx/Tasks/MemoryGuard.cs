using System.Globalization;
using Zonix.Abi;
using Zonix.Kernel.Groups;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Tasks;

/// <summary>
/// Keeps a zone and its control groups within their memory: a thread measures what is in use, the more often the less is left, and
/// kills a process when it is too much. Nothing on the way of faults: pages appear without the kernel's knowledge. The thread is
/// there once there is something to watch.
/// </summary>
/// <remarks>Holds no lock while it measures or kills.</remarks>
public sealed class MemoryGuard : IDisposable
{
    private const int LeastMs = 2, MostMs = 200;

    /// <summary>No zone fills memory faster than that.</summary>
    private const ulong BytesPerMs = 4 << 20;

    /// <summary>A measurement takes at most this part of the time, unless it was others that made it last.</summary>
    private const int CostDivisor = 20;
    private const int MostForCostMs = 20;

    /// <summary>How long a killed process may take to end before another one is killed.</summary>
    private const int PatienceMs = 1000;

    /// <summary>How long a group that is beyond memory.high and grows is kept from running, at least and at most.</summary>
    private const int LeastPauseMs = 10, MostPauseMs = 200;

    private readonly ControlGroups groups;
    private readonly KernelMachine machine;
    private readonly AutoResetEvent wake = new(false);
    private readonly Lock gate = new();
    private readonly Dictionary<ControlGroup, Watch> watches = [];
    private Thread? thread;
    private volatile bool stops;

    /// <summary>Watches the memory of groups that have a limit.</summary>
    public MemoryGuard(ControlGroups groups, KernelMachine machine)
    {
        ArgumentNullException.ThrowIfNull(groups);
        this.groups = groups;
        this.machine = machine;
        groups.MemoryLimitsChanged = LookAgain;
        if (groups.Root.Memory.IsWatched)
            LookAgain();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            stops = true;
            wake.Set();
        }

        thread?.Join();
        wake.Dispose();
    }

    private void LookAgain()
    {
        lock (gate)
        {
            if (stops)
                return;
            wake.Set();
            if (thread is null)
            {
                thread = new Thread(Main, 256 << 10) { IsBackground = true, Name = "memory" };
                thread.Start();
            }
        }
    }

    private void Main()
    {
        int pause = LeastMs;
        while (!stops)
        {
            wake.WaitOne(pause);
            if (!stops)
                pause = Check();
        }
    }

    /// <returns>Milliseconds until it has to be looked at again.</returns>
    private int Check()
    {
        List<ControlGroup> watched = [];
        lock (groups.Gate)
            Collect(groups.Root, watched);
        foreach (ControlGroup gone in watches.Keys.Where(group => group.IsRemoved).ToArray())
            watches.Remove(gone);
        int pause = watched.Count == 0 ? Timeout.Infinite : MostMs;
        long began = Environment.TickCount64;
        foreach (ControlGroup group in watched)
            pause = Math.Min(pause, Check(group));
        long cost = Math.Min((Environment.TickCount64 - began) * CostDivisor, MostForCostMs);
        return watched.Count == 0 ? pause : (int)Math.Max(pause, cost);
    }

    private static void Collect(ControlGroup group, List<ControlGroup> watched)
    {
        if (group.Memory.IsWatched && (group.Parent is null || group.IsPopulated))
            watched.Add(group);
        foreach (ControlGroup child in group.Children)
            Collect(child, watched);
    }

    private int Check(ControlGroup group)
    {
        MemoryLimits memory = group.Memory;
        if (!watches.TryGetValue(group, out Watch? watch))
            watches.Add(group, watch = new Watch());
        ulong used = memory.Measure(), most = memory.Max, high = memory.High;
        if (used > most)
        {
            memory.Note(MemoryIncident.Max);
            Kill(group, watch, used);
            return LeastMs;
        }

        bool grows = used > watch.LastUsed;
        watch.LastUsed = used;
        if (used > high)
        {
            SlowDown(group, used, grows);
            return grows ? LeastMs : LeastPauseMs;
        }

        return (int)Math.Clamp((Math.Min(most, high) - used) / BytesPerMs, LeastMs, MostMs);
    }

    /// <summary>
    /// Nothing can be taken back, so that whoever grows beyond memory.high is kept from running for a while: the longer, the more
    /// it is beyond.
    /// </summary>
    private static void SlowDown(ControlGroup group, ulong used, bool grows)
    {
        if (!grows)
            return;
        ulong part = (used - group.Memory.High) * 100 / Math.Max(group.Memory.High, 1);
        group.Memory.Note(MemoryIncident.High);
        group.Cpu.Pause((long)Math.Clamp(part * part, LeastPauseMs, MostPauseMs) * 1_000_000);
    }

    private void Kill(ControlGroup group, Watch watch, ulong used)
    {
        if (watch.Victim is { } last && !last.Completion.IsCompleted && Environment.TickCount64 - watch.KilledAt < PatienceMs)
            return;
        Process[] all = group.AllProcesses;
        Process? worst = null;
        long most = long.MinValue;
        foreach (Process process in all)
        {
            if (Badness(process, group.Memory.Max) is { } badness && badness > most)
                (worst, most) = (process, badness);
        }

        group.Memory.Note(MemoryIncident.OutOfMemory);
        if (worst is null)
            return;
        Log(worst, group, used);
        watch.Victim = worst;
        watch.KilledAt = Environment.TickCount64;
        if (OutermostThatGoesAsOne(worst, group) is { } whole)
        {
            whole.Memory.Note(MemoryIncident.GroupKill);
            foreach (Process process in whole.AllProcesses)
                KillOne(process);
            return;
        }

        AddressSpace? shared = worst.MainTask is null ? null : worst.Memory;
        foreach (Process process in all)
        {
            // Who shares its memory, as after vfork(2), dies too: it would not be freed otherwise.
            bool shares = shared is not null && process.MainTask is not null && ReferenceEquals(process.Memory, shared);
            if (ReferenceEquals(process, worst) || shares)
                process.BeginExitBySignal(Signal.SIGKILL);
        }

        worst.ControlGroup?.Memory.Note(MemoryIncident.Kill);
    }

    private static void KillOne(Process process)
    {
        if (process.IsExiting || LxProcess.Of(process).OomScoreAdjustment == Never)
            return;
        process.BeginExitBySignal(Signal.SIGKILL);
        process.ControlGroup?.Memory.Note(MemoryIncident.Kill);
    }

    /// <summary>The outermost group, within the one that has too much, that shall not go on without one of its processes. memory.oom.group.</summary>
    private static ControlGroup? OutermostThatGoesAsOne(Process victim, ControlGroup within)
    {
        ControlGroup? found = null;
        for (ControlGroup? group = victim.ControlGroup; group is not null; group = group.Parent)
        {
            if (group.Memory.KillsAll)
                found = group;
            if (ReferenceEquals(group, within))
                break;
        }

        return found;
    }

    private const int Never = -1000, Whole = 1000;

    /// <summary>The bytes that it uses, and its adjustment as a part of the limit; null when it is not to be killed. proc_pid_oom_score_adj(5).</summary>
    private static long? Badness(Process process, ulong limit)
    {
        int adjustment = LxProcess.Of(process).OomScoreAdjustment;
        if (process.IsExiting || adjustment == Never || process.VisitMemory() is not { } visit)
            return null;
        try
        {
            return (long)visit.Memory.MeasureUsage().Resident + (adjustment * (long)(limit / Whole));
        }
        finally
        {
            visit.EndVisit();
        }
    }

    private void Log(Process process, ControlGroup group, ulong used)
    {
        if (machine.Log is not { } log || process.VisitMemory() is not { } visit)
            return;
        try
        {
            AreaUsage usage = visit.Memory.MeasureUsage();
            string where = group.Parent is null ? "memory" : "memory of " + Cgroup.CgroupText.Path(group, groups.Root);
            log(string.Create(
                CultureInfo.InvariantCulture,
                $"{where}: {used / 1024} kB of {group.Memory.Max / 1024} kB in use: killed process {process.Pid} ({process.MainTask?.Name}) " +
                $"total-vm:{visit.Memory.MappedBytes / 1024}kB, anon-rss:{usage.Anonymous / 1024}kB, file-rss:{usage.OfFiles / 1024}kB, " +
                $"shmem-rss:{usage.SharedMemory / 1024}kB, UID:{process.MainTask?.Credentials.Uid ?? 0} " +
                $"oom_score_adj:{LxProcess.Of(process).OomScoreAdjustment}"));
        }
        finally
        {
            visit.EndVisit();
        }
    }

    /// <summary>What is remembered of a group from one look to the next.</summary>
    private sealed class Watch
    {
        internal Process? Victim;
        internal long KilledAt;
        internal ulong LastUsed;
    }
}
