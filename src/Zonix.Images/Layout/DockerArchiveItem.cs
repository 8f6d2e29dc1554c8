using System.Text.Json.Serialization;

namespace Zonix.Images.Layout;

/// <summary>One image of the file "manifest.json" in an archive of docker save.</summary>
internal sealed record DockerArchiveItem
{
    [JsonPropertyName("Config")]
    public string? Config { get; init; }

    [JsonPropertyName("RepoTags")]
    public string[]? RepoTags { get; init; }

    [JsonPropertyName("Layers")]
    public string[]? Layers { get; init; }
}
