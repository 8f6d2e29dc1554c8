namespace Zonix.Kernel.Groups;

/// <summary>How many tasks there are in a group and the groups in it. Changed under the gate of the groups; any thread may read.</summary>
public sealed class TaskCount
{
    private long limit = long.MaxValue;
    private long current;

    /// <summary>The most that there may be when one more is made; <see cref="long.MaxValue"/>: any number.</summary>
    public long Limit
    {
        get => Volatile.Read(ref limit);
        set => Volatile.Write(ref limit, value);
    }

    /// <summary>How many there are; those included that have ended and were not waited for.</summary>
    public long Current => Volatile.Read(ref current);

    /// <summary>The most there have been.</summary>
    public long Peak { get; private set; }

    /// <summary>How often this limit has kept a task from being made, here or in a group in it.</summary>
    public long Refusals { get; private set; }

    /// <summary>How often a task of this very group could not be made, because of any limit.</summary>
    public long LocalRefusals { get; private set; }

    /// <summary>pids.events has changed.</summary>
    public GroupEvent Events { get; } = new();

    internal bool IsFull => current >= limit;

    internal void Add(long count)
    {
        Volatile.Write(ref current, current + count);
        Peak = Math.Max(Peak, current);
    }

    internal void Refuse(bool isHere)
    {
        if (isHere)
            LocalRefusals++;
        else
            Refusals++;
        Events.Raise();
    }
}
