using Zonix.Kernel.Scheduling;

namespace Zonix.Kernel.Tasks;

/// <summary>The personality of a process: how its calls, faults and signals look.</summary>
public interface IBrand
{
    /// <summary>
    /// Runs a task on the calling worker until it blocks, ends or gives way. A brand never lets an exception out: it ends
    /// the process instead.
    /// </summary>
    RunEnd Run(KernelTask task, Worker worker);

    /// <summary>A task is ending: the brand does what user space expects at its exit (robust futexes, clear_child_tid).</summary>
    void TaskExiting(KernelTask task);

    /// <summary>Whether the end of a process by a signal such as SIGSEGV leaves a core file, as far as its parent is told. Any thread.</summary>
    bool DumpsCore(Process process);
}
