namespace Zonix.Storage;

/// <summary>How a pool is opened.</summary>
public sealed record PoolOptions
{
    /// <summary>How long a change may stay in memory alone.</summary>
    public TimeSpan GroupInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Descriptors of the host that are kept open to be faster.</summary>
    public int HandleLimit { get; init; } = 384;

    /// <summary>Told what nobody waits for: damage that was met, groups that could not be written.</summary>
    public Action<string> Log { get; init; } = static _ => { };

    /// <summary>Told where a group is; tests stop there.</summary>
    internal Action<string>? Milestone { get; init; }
}
