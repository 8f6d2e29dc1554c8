namespace Zonix.Kernel.Tasks;

/// <summary>What a task must look at before it runs guest code again. Set by any thread, cleared by the task's worker.</summary>
[Flags]
public enum TaskAttention
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A signal that is not blocked is pending.</summary>
    Signal = 1,

    /// <summary>The task must end.</summary>
    Kill = 2,

    /// <summary>The process is stopped.</summary>
    Stop = 4,

    /// <summary>The address space is moving to another window: the task must neither run guest code nor touch memory.</summary>
    Move = 8,

    /// <summary>Its tracer wants it to stop.</summary>
    Trap = 64,

    /// <summary>Its control group is frozen: the task must neither run guest code nor go on with a call, until that is cleared.</summary>
    Freeze = 16,

    /// <summary>There is <see cref="ITaskWork"/> to be done.</summary>
    Work = 1 << 10,

    /// <summary>Others had its CPU, or it is on another one: what depends on that must be made good (rseq(2)).</summary>
    Moved = 128,
}
