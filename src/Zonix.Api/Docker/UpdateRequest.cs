namespace Zonix.Api.Docker;

/// <summary>New limits of a container. Docker Engine API, POST /containers/{id}/update.</summary>
public sealed record UpdateRequest
{
    public long? Memory { get; init; }
    public long? NanoCpus { get; init; }
    public long? CpuShares { get; init; }
    public long? CpuQuota { get; init; }
    public long? CpuPeriod { get; init; }
    public long? PidsLimit { get; init; }
    public RestartPolicyConfig? RestartPolicy { get; init; }
}
