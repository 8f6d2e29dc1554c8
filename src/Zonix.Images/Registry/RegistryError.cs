using System.Text.Json.Serialization;

namespace Zonix.Images.Registry;

/// <summary>One reason why a registry refuses.</summary>
internal sealed record RegistryError
{
    [JsonPropertyName("code")]
    public string? Code { get; init; }

    [JsonPropertyName("message")]
    public string? Message { get; init; }
}
