namespace Zonix.Api.Docker;

/// <summary>What takes room on the disk. Docker Engine API, GET /system/df.</summary>
public sealed record DiskUsage
{
    public long LayersSize { get; init; }
    public IReadOnlyList<ImageSummary> Images { get; set; } = [];
    public IReadOnlyList<ContainerSummary> Containers { get; set; } = [];
    public IReadOnlyList<VolumeItem> Volumes { get; set; } = [];
    public IReadOnlyList<string> BuildCache { get; set; } = [];
}
