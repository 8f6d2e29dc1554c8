namespace Zonix.Api.Docker;

/// <summary>How to find out whether a container works. Docker Engine API, HealthConfig; times in nanoseconds.</summary>
public sealed record HealthConfig
{
    public IReadOnlyList<string>? Test { get; init; }
    public long Interval { get; init; }
    public long Timeout { get; init; }
    public long StartPeriod { get; init; }
    public long StartInterval { get; init; }
    public int Retries { get; init; }
}
