using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Tasks;

/// <content>What locks with priority inheritance keep with a task; guarded by their gate.</content>
public sealed partial class KernelTask
{
    private int lentPriority;

    /// <summary>The real-time priority it runs with: its own, or a higher one of a task that waits for its lock. Any thread.</summary>
    public int EffectivePriority => Math.Max(Scheduling.Priority, Volatile.Read(ref lentPriority));

    /// <summary>The real-time priority that waiters lend it; 0: none.</summary>
    internal int LentPriority
    {
        get => Volatile.Read(ref lentPriority);
        set => Volatile.Write(ref lentPriority, value);
    }

    /// <summary>The task as a waiter for a lock, when it has ever been one.</summary>
    internal PiWaiter? PiWaiter { get; set; }

    /// <summary>Where it goes when its wait is moved to a lock.</summary>
    internal PiWaiter? RequeueWaiter { get; set; }

    /// <summary>Whether its end has reached its locks: it can own none any more.</summary>
    internal bool HasLeftLocks { get; set; }
}
