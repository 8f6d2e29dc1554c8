namespace Zonix.External.Stress;

/// <summary>How a run of a stressor ended.</summary>
internal enum StressOutcome
{
    Passed,

    /// <summary>The stressor does not run here at all, by its own words.</summary>
    Skipped,

    /// <summary>It checks what it does (--verify) and found a fault, or a call failed.</summary>
    Failed,

    Crashed,

    /// <summary>It did not end by itself.</summary>
    Hung,
}
