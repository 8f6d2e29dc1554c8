namespace Zonix.Api.Docker;

/// <summary>All about an image. Docker Engine API, GET /images/{name}/json.</summary>
public sealed record ImageDetails
{
    public required string Id { get; init; }
    public required IReadOnlyList<string> RepoTags { get; init; }
    public required IReadOnlyList<string> RepoDigests { get; init; }
    public string Parent { get; set; } = "";
    public string Comment { get; set; } = "";
    public string Created { get; init; } = "";
    public string Author { get; init; } = "";
    public string Architecture { get; init; } = "";
    public string Os { get; init; } = "";
    public long Size { get; init; }
    public required ContainerConfig Config { get; init; }
    public required ImageRootFs RootFS { get; init; }
}
