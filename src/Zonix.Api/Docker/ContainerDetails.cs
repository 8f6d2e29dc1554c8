using System.Text.Json;

namespace Zonix.Api.Docker;

/// <summary>All about a container. Docker Engine API, GET /containers/{id}/json.</summary>
public sealed record ContainerDetails
{
    public required string Id { get; init; }
    public required string Created { get; init; }
    public string Path { get; set; } = "";
    public IReadOnlyList<string> Args { get; set; } = [];
    public required ContainerState State { get; init; }
    public string Image { get; set; } = "";
    public string ResolvConfPath { get; set; } = "";
    public string HostnamePath { get; set; } = "";
    public string HostsPath { get; set; } = "";
    public string LogPath { get; set; } = "";
    public required string Name { get; init; }
    public int RestartCount { get; init; }
    public string Driver { get; set; } = "zonix";
    public string Platform { get; set; } = "linux";
    public string MountLabel { get; set; } = "";
    public string ProcessLabel { get; set; } = "";
    public string AppArmorProfile { get; set; } = "";
    public long? SizeRw { get; init; }
    public long? SizeRootFs { get; init; }
    public IReadOnlyList<string>? ExecIDs { get; init; }
    public required HostConfig HostConfig { get; init; }
    public IReadOnlyList<MountPoint> Mounts { get; set; } = [];
    public required ContainerConfig Config { get; init; }
    public NetworkSettings NetworkSettings { get; set; } = new();
    public required ZoneSummary Zonix { get; init; }
}
