namespace Zonix.Api.Docker;

/// <summary>Whether a container works. Docker Engine API, Health.</summary>
public sealed record ContainerHealth(string Status, int FailingStreak, IReadOnlyList<HealthResult> Log);
