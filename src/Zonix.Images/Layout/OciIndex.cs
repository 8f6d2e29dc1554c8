using System.Text.Json.Serialization;

namespace Zonix.Images.Layout;

/// <summary>A list of manifests: of a layout, or of the platforms an image is there for. OCI image specification, image-index.md.</summary>
internal sealed record OciIndex
{
    [JsonPropertyName("schemaVersion")]
    public int SchemaVersion { get; init; }

    [JsonPropertyName("mediaType")]
    public string? MediaType { get; init; }

    [JsonPropertyName("manifests")]
    public OciDescriptor[]? Manifests { get; init; }
}
