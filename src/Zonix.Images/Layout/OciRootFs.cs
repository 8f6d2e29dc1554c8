using System.Text.Json.Serialization;

namespace Zonix.Images.Layout;

/// <summary>The digests of an image's layers, uncompressed, the lowest first.</summary>
internal sealed record OciRootFs
{
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    [JsonPropertyName("diff_ids")]
    public string[]? DiffIds { get; init; }
}
