using Zonix.Kernel.Scheduling;

namespace Zonix.Kernel.Tasks;

/// <content>CPU time of the process.</content>
public sealed partial class Process
{
    private CpuGroup? cpuGroup;
    private long finishedSystemNs;

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

    /// <summary>The part of <see cref="CpuTimeNs"/> that calls took. Any thread.</summary>
    public long SystemTimeNs
    {
        get
        {
            lock (gate)
            {
                var total = finishedSystemNs;
                foreach (var task in tasks)
                {
                    total += task.SystemTimeNs;
                }

                return total;
            }
        }
    }
}
