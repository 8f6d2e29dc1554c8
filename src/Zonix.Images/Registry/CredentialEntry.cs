using System.Text.Json;
using System.Text.Json.Serialization;

namespace Zonix.Images.Registry;

/// <summary>Credentials for one registry, as docker keeps them.</summary>
internal sealed record CredentialEntry
{
    /// <summary>USER:PASSWORD in base 64.</summary>
    [JsonPropertyName("auth")]
    public string? Auth { get; init; }

    [JsonPropertyName("username")]
    public string? UserName { get; init; }

    [JsonPropertyName("password")]
    public string? Password { get; init; }

    /// <summary>A token that tokens are got with.</summary>
    [JsonPropertyName("identitytoken")]
    public string? IdentityToken { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; set; }
}
