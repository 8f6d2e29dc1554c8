using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Waiting;

/// <summary>
/// A task that waits for a futex; used again and again by its task. Linked in a bucket; leaves it when it is woken or, with
/// <see cref="RequeueTo"/>, when it is moved to a lock. Whoever takes it out under the bucket's gate may wake it; afterwards
/// nobody refers to it.
/// </summary>
internal sealed class FutexWaiter(KernelTask task)
{
    private int woken;

    internal FutexBucket? Bucket;
    internal FutexWaiter? Next;
    internal FutexWaiter? Previous;
    internal FutexKey Key;
    internal uint Bitset;

    /// <summary>FUTEX_WAIT_REQUEUE_PI: the lock that it may be moved to; only that operation wakes it.</summary>
    internal FutexKey? RequeueTo;

    internal KernelTask Task { get; } = task;

    internal bool IsWoken => Volatile.Read(ref woken) != 0;

    /// <summary>Before it is enrolled again.</summary>
    internal void Reset(FutexKey key, uint bitset, FutexKey? requeueTo = null)
    {
        Key = key;
        Bitset = bitset;
        RequeueTo = requeueTo;
        Volatile.Write(ref woken, 0);
    }

    /// <summary>Under the gate, after it has been taken out.</summary>
    internal void Wake()
    {
        Volatile.Write(ref woken, 1);
        Task.TryWake();
    }
}
