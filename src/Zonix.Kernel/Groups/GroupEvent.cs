using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Groups;

/// <summary>Something about a group that can change and that others may wait for. Any thread.</summary>
public sealed class GroupEvent
{
    private int count;

    /// <summary>How often it has changed.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>Woken at each change.</summary>
    public WaitQueue Queue { get; } = new();

    /// <summary>Called at each change, perhaps with locks held: it must not look at groups.</summary>
    public Action? Changed { get; set; }

    /// <summary>It has changed.</summary>
    public void Raise()
    {
        Interlocked.Increment(ref count);
        Queue.WakeAll();
        Changed?.Invoke();
    }
}
