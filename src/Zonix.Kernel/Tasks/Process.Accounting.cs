using Zonix.Kernel.Memory;
using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Time;

namespace Zonix.Kernel.Tasks;

/// <content>CPU time of the process.</content>
public sealed partial class Process
{
    private CpuGroup? cpuGroup;
    private CpuAlarms? cpuAlarms;
    private MeasuredMemory? measured;

    /// <summary>What shall happen when the process, or a task of it, has used some CPU time. Any thread.</summary>
    public CpuAlarms CpuAlarms => cpuAlarms ?? Interlocked.CompareExchange(ref cpuAlarms, new CpuAlarms(this), null) ?? cpuAlarms;

    internal bool HasDormantAlarms => cpuAlarms is { IsDormant: true };

    /// <summary>The group whose CPU time its tasks use; its parent's, unless set. Any thread.</summary>
    public CpuGroup CpuGroup
    {
        get => cpuGroup ??= Parent?.CpuGroup ?? Machine.Scheduler.RootGroup;
        set
        {
            cpuGroup = value;
            foreach (var task in Tasks)
            {
                task.Group = value;
            }
        }
    }

    /// <summary>What all its tasks have moved, the ended ones and the children that were waited for included. Any thread.</summary>
    public TaskIo Io
    {
        get
        {
            lock (gate)
            {
                var total = finishedIo;
                foreach (var task in tasks)
                {
                    total += task.Io;
                }

                return total;
            }
        }
    }

    /// <summary>
    /// What its memory holds; nothing when it has ended. That takes a host call or two for each area, so it is done anew only if the
    /// process has run since. Any thread.
    /// </summary>
    public AreaUsage MemoryUsage
    {
        get
        {
            if (MainTask is null || Memory is not { } memory)
            {
                return default;
            }

            var cpuNs = CpuTimeNs;
            if (Volatile.Read(ref measured) is { } known && ReferenceEquals(known.Memory, memory) && known.CpuNs == cpuNs && !MemoryUsers.IsShared)
            {
                return known.Usage;
            }

            var usage = memory.MeasureUsage();
            Volatile.Write(ref measured, new MeasuredMemory(memory, cpuNs, usage));
            return usage;
        }
    }

    private void AddIo(in TaskIo more)
    {
        lock (gate)
        {
            finishedIo += more;
        }
    }

    /// <summary>The part of <see cref="CpuTimeNs"/> that calls took. Any thread.</summary>
    public long SystemTimeNs => Usage.SystemNs;
}
