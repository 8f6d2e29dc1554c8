using System.Text.Json.Serialization;

namespace Zonix.Images.Registry;

/// <summary>What a token server answers. Distribution specification, "Token Authentication".</summary>
internal sealed record RegistryToken
{
    [JsonPropertyName("token")]
    public string? Token { get; init; }

    [JsonPropertyName("access_token")]
    public string? AccessToken { get; init; }

    [JsonPropertyName("expires_in")]
    public int? ExpiresIn { get; init; }
}
