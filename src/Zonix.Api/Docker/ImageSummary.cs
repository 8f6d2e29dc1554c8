namespace Zonix.Api.Docker;

/// <summary>A line of docker images. Docker Engine API, GET /images/json.</summary>
public sealed record ImageSummary
{
    public required string Id { get; init; }
    public string ParentId { get; set; } = "";
    public required IReadOnlyList<string> RepoTags { get; init; }
    public required IReadOnlyList<string> RepoDigests { get; init; }
    public long Created { get; init; }
    public long Size { get; init; }
    public long SharedSize { get; set; } = -1;
    public IReadOnlyDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();
    public int Containers { get; init; }
}
