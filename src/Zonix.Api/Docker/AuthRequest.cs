using System.Text.Json.Serialization;

namespace Zonix.Api.Docker;

/// <summary>POST /auth: who somebody is at a registry.</summary>
public sealed record AuthRequest
{
    [JsonPropertyName("username")]
    public string UserName { get; init; } = "";

    [JsonPropertyName("password")]
    public string Password { get; init; } = "";

    [JsonPropertyName("serveraddress")]
    public string? ServerAddress { get; init; }
}
