using System.Text.Json;
using System.Text.Json.Serialization;

namespace Zonix.Images.Layout;

/// <summary>An image's configuration as it stands in its blob, whose digest is the image's id. OCI image specification, config.md.</summary>
internal sealed record OciImage
{
    [JsonPropertyName("created")]
    public string? Created { get; init; }

    [JsonPropertyName("author")]
    public string? Author { get; init; }

    [JsonPropertyName("architecture")]
    public string? Architecture { get; init; }

    [JsonPropertyName("os")]
    public string? Os { get; init; }

    [JsonPropertyName("variant")]
    public string? Variant { get; init; }

    [JsonPropertyName("config")]
    public ImageConfig? Config { get; init; }

    [JsonPropertyName("rootfs")]
    public OciRootFs? RootFs { get; init; }

    [JsonPropertyName("history")]
    public ImageHistoryEntry[]? History { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; set; }
}
