namespace Zonix.Images;

/// <summary>Docker's health check of an image. Times are in nanoseconds.</summary>
public sealed record HealthcheckConfig
{
    /// <summary>"NONE", or "CMD" and arguments, or "CMD-SHELL" and a text.</summary>
    public string[]? Test { get; init; }

    /// <summary>Time between checks.</summary>
    public long? Interval { get; init; }

    /// <summary>How long a check may take.</summary>
    public long? Timeout { get; init; }

    /// <summary>Time during which failures do not count.</summary>
    public long? StartPeriod { get; init; }

    /// <summary>Time between checks meanwhile.</summary>
    public long? StartInterval { get; init; }

    /// <summary>Failures in a row that count.</summary>
    public int? Retries { get; init; }
}
