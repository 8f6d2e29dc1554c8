using System.Text.Json.Serialization;

namespace Zonix.Zones.Configuration;

/// <summary>How to find out whether a zone works, in docker's words. Times are in nanoseconds; null is the usual value.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ZoneHealthcheck
{
    private const long Second = 1_000_000_000;

    /// <summary>NONE; or CMD and arguments; or CMD-SHELL and a line for /bin/sh.</summary>
    public IReadOnlyList<string>? Test { get; init; }

    /// <summary>Time between checks; 30 s.</summary>
    public long? Interval { get; init; }

    /// <summary>How long one may take; 30 s.</summary>
    public long? Timeout { get; init; }

    /// <summary>Time during which failures do not count; none.</summary>
    public long? StartPeriod { get; init; }

    /// <summary>Time between checks meanwhile; 5 s.</summary>
    public long? StartInterval { get; init; }

    /// <summary>Failures in a row that count; 3.</summary>
    public int? Retries { get; init; }

    /// <summary>Whether there is anything to be done.</summary>
    [JsonIgnore]
    public bool IsOn => Test is [not "NONE", _, ..];

    internal string[] Command => Test is ["CMD-SHELL", var line, ..] ? ["/bin/sh", "-c", line] : [.. Test!.Skip(1)];

    internal TimeSpan IntervalTime => Time(Interval, 30);

    internal TimeSpan TimeoutTime => Time(Timeout, 30);

    internal TimeSpan StartTime => Time(StartPeriod, 0);

    internal TimeSpan StartIntervalTime => Time(StartInterval, 5);

    internal int RetryCount => Retries is > 0 and { } retries ? retries : 3;

    private static TimeSpan Time(long? nanoseconds, long seconds) =>
        TimeSpan.FromTicks((nanoseconds is > 0 and { } given ? given : seconds * Second) / 100);
}
