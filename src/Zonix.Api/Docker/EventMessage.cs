using System.Text.Json.Serialization;

namespace Zonix.Api.Docker;

/// <summary>Something that has happened. Docker Engine API, GET /events.</summary>
public sealed record EventMessage
{
    public required string Type { get; init; }
    public required string Action { get; init; }
    public required EventActor Actor { get; init; }

    [JsonPropertyName("scope")]
    public string Scope { get; set; } = "local";

    [JsonPropertyName("time")]
    public long Time { get; init; }

    [JsonPropertyName("timeNano")]
    public long TimeNano { get; init; }

    [JsonPropertyName("status")]
    public string Status => Action;

    [JsonPropertyName("id")]
    public string Id => Actor.ID;
}
