using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Waiting;

/// <summary>
/// A lock with priority inheritance that somebody waits for. It exists while it has waiters, or a new owner that has yet to
/// write its number into the word. Guarded by the gate of <see cref="PiFutexes"/>.
/// </summary>
internal sealed class PiLock(FutexKey key)
{
    internal readonly List<PiWaiter> Waiters = [];

    internal FutexKey Key { get; } = key;

    /// <summary>Who holds it.</summary>
    internal KernelTask? Owner;

    /// <summary>A new owner that must still write the word, because the old one has died.</summary>
    internal PiWaiter? Heir;

    /// <summary>The highest real-time priority that waits; 0: none.</summary>
    internal int TopPriority => Waiters.Count == 0 ? 0 : Waiters[0].Task.EffectivePriority;

    /// <summary>Adds a waiter behind those of its priority. Tasks without real-time priority are all alike.</summary>
    internal void Insert(PiWaiter waiter)
    {
        var priority = waiter.Task.EffectivePriority;
        var at = Waiters.Count;
        while (at > 0 && Waiters[at - 1].Task.EffectivePriority < priority)
        {
            at--;
        }

        Waiters.Insert(at, waiter);
        waiter.Lock = this;
    }
}
