namespace Zonix.Zones.Logs;

/// <summary>Which lines of a log are wanted.</summary>
public sealed record LogQuery
{
    /// <summary>Standard output.</summary>
    public bool WantsOutput { get; init; } = true;

    /// <summary>Standard error.</summary>
    public bool WantsError { get; init; } = true;

    /// <summary>Whether to wait for lines to come, until the zone's program ends.</summary>
    public bool Follows { get; init; }

    /// <summary>How many of the last lines; null: all.</summary>
    public int? Tail { get; init; }

    /// <summary>None older than that.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>None younger than that.</summary>
    public DateTimeOffset? Until { get; init; }
}
