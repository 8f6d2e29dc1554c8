namespace Zonix.Api.Docker;

/// <summary>A limit of every process. Docker Engine API, Resources.Ulimits.</summary>
public sealed record UlimitConfig
{
    public string? Name { get; init; }
    public long Soft { get; init; }
    public long Hard { get; init; }
}
