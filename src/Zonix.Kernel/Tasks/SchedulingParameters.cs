namespace Zonix.Kernel.Tasks;

/// <summary>Policy, priority and nice value of a task. sched(7).</summary>
public readonly record struct SchedulingParameters(int Policy, int Priority, int Nice, bool ResetOnFork)
{
    private const int SchedOther = 0;
    private const int SchedFifo = 1;
    private const int SchedRoundRobin = 2;

    /// <summary>What a task that is made by one with these starts with. SCHED_RESET_ON_FORK.</summary>
    public SchedulingParameters ForChild() =>
        !ResetOnFork ? this : new(Policy is SchedFifo or SchedRoundRobin ? SchedOther : Policy, 0, Math.Max(Nice, 0), false);
}
