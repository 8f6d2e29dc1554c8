using System.Text.Json.Serialization;

namespace Zonix.Api.Docker;

/// <summary>A line of what goes on in a long request: pull, push, load.</summary>
public sealed record ProgressMessage
{
    [JsonPropertyName("status")]
    public string? Status { get; init; }

    [JsonPropertyName("id")]
    public string? Id { get; init; }

    [JsonPropertyName("progressDetail")]
    public ProgressDetail? ProgressDetail { get; init; }

    [JsonPropertyName("stream")]
    public string? Stream { get; init; }

    [JsonPropertyName("error")]
    public string? Error { get; init; }
}
