using System.Diagnostics.CodeAnalysis;

namespace Zonix.Zones;

/// <summary>What one at a time may do, waiting for each other without a thread.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore holds something of the host only when its wait handle is asked for.")]
internal sealed class Turn
{
    private readonly SemaphoreSlim free = new(1);

    /// <summary>Waits for the turn, which is then to be given back.</summary>
    internal Task WaitAsync(CancellationToken cancellation = default) => free.WaitAsync(cancellation);

    /// <summary>Gives it back.</summary>
    internal void Release() => free.Release();
}
