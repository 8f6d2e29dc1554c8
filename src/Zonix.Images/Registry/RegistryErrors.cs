using System.Text.Json.Serialization;

namespace Zonix.Images.Registry;

/// <summary>What a registry answers when it refuses.</summary>
internal sealed record RegistryErrors
{
    [JsonPropertyName("errors")]
    public RegistryError[]? Errors { get; init; }
}
