using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Waiting;

/// <summary>A task as a waiter for a lock with priority inheritance. Guarded by the gate of <see cref="PiFutexes"/>.</summary>
internal sealed class PiWaiter(KernelTask task)
{
    private int acquired;

    /// <summary>The lock it waits for.</summary>
    internal PiLock? Lock;

    internal KernelTask Task { get; } = task;

    /// <summary>Whether it has got the lock. Any thread.</summary>
    internal bool HasAcquired => Volatile.Read(ref acquired) != 0;

    internal void Reset() => Volatile.Write(ref acquired, 0);

    internal void Acquire()
    {
        Lock = null;
        Volatile.Write(ref acquired, 1);
        Task.TryWake();
    }
}
