using System.Text.Json;

namespace Zonix.Api.Docker;

/// <summary>All about a container. Docker Engine API, GET /containers/{id}/json.</summary>
public sealed record ContainerDetails
{
    public required string Id { get; init; }
    public required string Created { get; init; }
    public string Path { get; init; } = "";
    public IReadOnlyList<string> Args { get; init; } = [];
    public required ContainerState State { get; init; }
    public string Image { get; init; } = "";
    public string ResolvConfPath { get; init; } = "";
    public string HostnamePath { get; init; } = "";
    public string HostsPath { get; init; } = "";
    public string LogPath { get; init; } = "";
    public required string Name { get; init; }
    public int RestartCount { get; init; }
    public string Driver { get; init; } = "zonix";
    public string Platform { get; init; } = "linux";
    public string MountLabel { get; init; } = "";
    public string ProcessLabel { get; init; } = "";
    public string AppArmorProfile { get; init; } = "";
    public IReadOnlyList<string>? ExecIDs { get; init; }
    public required HostConfig HostConfig { get; init; }
    public IReadOnlyList<MountPoint> Mounts { get; init; } = [];
    public required ContainerConfig Config { get; init; }
    public NetworkSettings NetworkSettings { get; init; } = new();
    public required ZoneSummary Zonix { get; init; }
}
