namespace Zonix.Api.Docker;

/// <summary>One check of a container. Docker Engine API, HealthcheckResult.</summary>
public sealed record HealthResult(string Start, string End, int ExitCode, string Output);
