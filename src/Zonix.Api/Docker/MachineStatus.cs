namespace Zonix.Api.Docker;

/// <summary>GET /zonix/machine.</summary>
public sealed record MachineStatus
{
    public required string Version { get; init; }
    public int Pid { get; init; }
    public required string Home { get; init; }
    public required string Socket { get; init; }
    public DateTimeOffset StartedAt { get; init; }
    public int Zones { get; init; }
    public int Running { get; init; }
    public int Cpus { get; init; }
    public long MemoryBytes { get; init; }
}
