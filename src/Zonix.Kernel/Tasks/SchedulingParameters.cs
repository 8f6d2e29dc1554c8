namespace Zonix.Kernel.Tasks;

/// <summary>Policy, priority and nice value of a task. sched(7).</summary>
public readonly record struct SchedulingParameters(int Policy, int Priority, int Nice, bool ResetOnFork);
