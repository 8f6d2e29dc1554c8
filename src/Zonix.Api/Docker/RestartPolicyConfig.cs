namespace Zonix.Api.Docker;

/// <summary>When a container is started again. Docker Engine API, RestartPolicy.</summary>
public sealed record RestartPolicyConfig
{
    public string Name { get; set; } = "no";
    public int MaximumRetryCount { get; init; }
}
