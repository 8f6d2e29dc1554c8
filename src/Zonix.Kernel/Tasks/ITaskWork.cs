namespace Zonix.Kernel.Tasks;

/// <summary>Something that must be done by a certain task: what it asked for can go on (asynchronous I/O).</summary>
public interface ITaskWork
{
    /// <summary>Links the work of a task; the task's.</summary>
    ITaskWork? NextWork { get; set; }

    /// <summary>
    /// Does it, on the task's worker and with no lock held: between its instructions, or while a call of it waits. May add work.
    /// </summary>
    void Run(KernelTask task);
}
