using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Waiting;

/// <summary>A task that waits for a futex. Linked in a bucket; leaves it when it is woken.</summary>
internal sealed class FutexWaiter(KernelTask task)
{
    private int woken;

    internal FutexBucket? Bucket;
    internal FutexWaiter? Next;
    internal FutexWaiter? Previous;
    internal FutexKey Key;
    internal uint Bitset;

    internal KernelTask Task { get; } = task;

    internal bool IsWoken => Volatile.Read(ref woken) != 0;

    /// <summary>Under the bucket's gate, after leaving the bucket.</summary>
    internal void Wake()
    {
        Volatile.Write(ref woken, 1);
        Task.TryWake();
    }
}
