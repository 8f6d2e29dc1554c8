namespace Zonix.Kernel.Time;

/// <summary>Something that shall happen at a monotonic time. Reused by its owner; in at most one queue.</summary>
public sealed class KernelTimer(IExpiry expiry)
{
    internal int HeapIndex = -1;
    internal long DeadlineNs = long.MaxValue;

    /// <summary>Who is told.</summary>
    public IExpiry Expiry { get; } = expiry;
}
