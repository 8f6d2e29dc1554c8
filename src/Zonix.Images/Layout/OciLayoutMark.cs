using System.Text.Json.Serialization;

namespace Zonix.Images.Layout;

/// <summary>The content of the file "oci-layout".</summary>
internal sealed record OciLayoutMark
{
    [JsonPropertyName("imageLayoutVersion")]
    public string? Version { get; init; }
}
