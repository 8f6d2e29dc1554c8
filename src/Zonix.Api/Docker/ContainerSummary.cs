namespace Zonix.Api.Docker;

/// <summary>A line of docker ps. Docker Engine API, GET /containers/json.</summary>
public sealed record ContainerSummary
{
    public required string Id { get; init; }
    public required IReadOnlyList<string> Names { get; init; }
    public string Image { get; set; } = "";
    public string ImageID { get; set; } = "";
    public string Command { get; set; } = "";
    public long Created { get; init; }
    public IReadOnlyList<PortSummary> Ports { get; set; } = [];
    public IReadOnlyDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();
    public long? SizeRw { get; init; }
    public long? SizeRootFs { get; init; }
    public string State { get; set; } = "";
    public string Status { get; set; } = "";
    public NetworkSettings NetworkSettings { get; set; } = new();
    public IReadOnlyList<MountPoint> Mounts { get; set; } = [];
}
