using System.Globalization;
using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Tasks;

/// <summary>
/// Keeps a zone within its memory: a thread measures what is in use, the more often the less is left, and kills a process
/// when it is too much. Nothing on the way of faults: pages appear without the kernel's knowledge.
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

    private readonly MemoryGroup memory;
    private readonly PidSpace pids;
    private readonly KernelMachine machine;
    private readonly ManualResetEventSlim stop = new();
    private readonly Thread thread;
    private Process? victim;
    private long killedAt;

    /// <summary>Starts to watch the memory of a zone that has a limit.</summary>
    public MemoryGuard(MemoryGroup memory, PidSpace pids, KernelMachine machine)
    {
        this.memory = memory;
        this.pids = pids;
        this.machine = machine;
        thread = new Thread(Main, 256 << 10) { IsBackground = true, Name = "memory" };
        thread.Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stop.Set();
        thread.Join();
        stop.Dispose();
    }

    private void Main()
    {
        int pause = LeastMs;
        while (!stop.Wait(pause))
            pause = Check();
    }

    /// <returns>Milliseconds until it has to be looked at again.</returns>
    private int Check()
    {
        long began = Environment.TickCount64;
        ulong used = memory.Measure();
        if (used > memory.Limit)
        {
            memory.LimitHits++;
            Kill(used);
            return LeastMs;
        }
        ulong left = (memory.Limit - used) / BytesPerMs;
        long cost = Math.Min((Environment.TickCount64 - began) * CostDivisor, MostForCostMs);
        return (int)Math.Max(Math.Clamp(left, LeastMs, MostMs), (ulong)cost);
    }

    private void Kill(ulong used)
    {
        if (victim is { } last && !last.Completion.IsCompleted && Environment.TickCount64 - killedAt < PatienceMs)
            return;
        Process? worst = null;
        long most = long.MinValue;
        foreach (Process process in pids.Processes.Snapshot())
        {
            if (Badness(process) is { } badness && badness > most)
                (worst, most) = (process, badness);
        }
        if (worst is null)
            return;
        Log(worst, used);
        victim = worst;
        killedAt = Environment.TickCount64;
        memory.Kills++;
        AddressSpace? shared = worst.MainTask is null ? null : worst.Memory;
        foreach (Process process in pids.Processes.Snapshot())
        {
            // Who shares its memory, as after vfork(2), dies too: it would not be freed otherwise.
            bool shares = shared is not null && process.MainTask is not null && ReferenceEquals(process.Memory, shared);
            if (ReferenceEquals(process, worst) || shares)
                process.BeginExitBySignal(Signal.SIGKILL);
        }
    }

    /// <summary>The bytes that it uses, and its adjustment as a part of the limit; null when it is not to be killed. proc_pid_oom_score_adj(5).</summary>
    private long? Badness(Process process)
    {
        const int Never = -1000, Whole = 1000;
        int adjustment = LxProcess.Of(process).OomScoreAdjustment;
        if (process.IsExiting || adjustment == Never || process.VisitMemory() is not { } visit)
            return null;
        try
        {
            return (long)visit.Memory.MeasureUsage().Resident + (adjustment * (long)(memory.Limit / Whole));
        }
        finally
        {
            visit.EndVisit();
        }
    }

    private void Log(Process process, ulong used)
    {
        if (machine.Log is not { } log || process.VisitMemory() is not { } visit)
            return;
        try
        {
            AreaUsage usage = visit.Memory.MeasureUsage();
            log(string.Create(
                CultureInfo.InvariantCulture,
                $"memory: {used / 1024} kB of {memory.Limit / 1024} kB in use: killed process {process.Pid} ({process.MainTask?.Name}) " +
                $"total-vm:{visit.Memory.MappedBytes / 1024}kB, anon-rss:{usage.Anonymous / 1024}kB, file-rss:{usage.OfFiles / 1024}kB, " +
                $"shmem-rss:{usage.SharedMemory / 1024}kB, UID:{process.MainTask?.Credentials.Uid ?? 0} " +
                $"oom_score_adj:{LxProcess.Of(process).OomScoreAdjustment}"));
        }
        finally
        {
            visit.EndVisit();
        }
    }
}
