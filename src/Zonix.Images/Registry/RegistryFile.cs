using System.Text.Json.Serialization;

namespace Zonix.Images.Registry;

/// <summary>The user's settings of registries: "registries.json" in the state directory.</summary>
internal sealed record RegistryFile
{
    [JsonPropertyName("mirrors")]
    public Dictionary<string, string[]>? Mirrors { get; init; }

    [JsonPropertyName("insecure")]
    public string[]? Insecure { get; init; }
}
