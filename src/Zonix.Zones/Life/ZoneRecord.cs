namespace Zonix.Zones.Life;

/// <summary>What became of a zone; kept beside its configuration, so that it outlives the machine.</summary>
public sealed record ZoneRecord
{
    /// <summary>Its state. One that runs when the machine dies is down when the next machine looks.</summary>
    public ZoneState State { get; init; } = ZoneState.Configured;

    /// <summary>When it was last started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it last ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The exit code of its first program.</summary>
    public int ExitCode { get; init; }

    /// <summary>Why it could not be started.</summary>
    public string? Error { get; init; }

    /// <summary>Whether a process of its last run was killed because the zone used too much memory.</summary>
    public bool OomKilled { get; init; }

    /// <summary>How often it was started again by itself.</summary>
    public int RestartCount { get; init; }

    /// <summary>Whether its user has stopped it: unless-stopped.</summary>
    public bool WasStopped { get; init; }
}
