using System.Text.Json;
using System.Text.Json.Serialization;

namespace Zonix.Images.Registry;

/// <summary>A file with credentials, as docker keeps it.</summary>
internal sealed record CredentialFile
{
    [JsonPropertyName("auths")]
    public SortedDictionary<string, CredentialEntry>? Entries { get; init; }

    [JsonPropertyName("credsStore")]
    public string? Store { get; init; }

    [JsonPropertyName("credHelpers")]
    public SortedDictionary<string, string>? Helpers { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; set; }
}
