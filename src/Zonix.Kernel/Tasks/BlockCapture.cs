using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Tasks;

/// <summary>The operation of a call that would have had to wait.</summary>
public sealed class BlockCapture
{
    /// <summary>What is to be tried again; null: the call did not have to wait.</summary>
    public IOperation? Operation { get; private set; }

    /// <summary>The queues that tell when.</summary>
    public WaitQueue[] Queues { get; private set; } = [];

    /// <summary>Forgets it.</summary>
    public void Clear()
    {
        Operation = null;
        Queues = [];
    }

    internal void Take(IOperation operation, ReadOnlySpan<WaitQueue> queues)
    {
        Operation = operation;
        Queues = queues.ToArray();
    }
}
