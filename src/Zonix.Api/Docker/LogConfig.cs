namespace Zonix.Api.Docker;

/// <summary>Where a container's log goes. Docker Engine API, HostConfig.LogConfig.</summary>
public sealed record LogConfig
{
    public string? Type { get; init; }
    public IReadOnlyDictionary<string, string>? Config { get; init; }
}
