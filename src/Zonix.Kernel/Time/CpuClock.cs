using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Time;

/// <summary>CPU time of a process, or of one of its tasks; all of it, or only what guest code used.</summary>
public readonly record struct CpuClock(Process Process, KernelTask? Task, bool UserOnly = false)
{
    /// <summary>The time in nanoseconds. Any thread.</summary>
    public long NowNs => Task is { } task
        ? task.CpuTimeNs - (UserOnly ? task.SystemTimeNs : 0)
        : Process.CpuTimeNs - (UserOnly ? Process.SystemTimeNs : 0);
}
