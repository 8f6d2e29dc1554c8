using System.Text.Json.Serialization;

namespace Zonix.Images.Layout;

/// <summary>An image's manifest: its configuration and its layers, the lowest first. OCI image specification, manifest.md.</summary>
internal sealed record OciManifest
{
    [JsonPropertyName("schemaVersion")]
    public int SchemaVersion { get; init; }

    [JsonPropertyName("mediaType")]
    public string? MediaType { get; init; }

    [JsonPropertyName("config")]
    public OciDescriptor? Config { get; init; }

    [JsonPropertyName("layers")]
    public OciDescriptor[]? Layers { get; init; }
}
