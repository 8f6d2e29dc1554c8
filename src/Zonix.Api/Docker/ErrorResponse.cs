using System.Text.Json.Serialization;

namespace Zonix.Api.Docker;

/// <summary>An error: docker's message, and a word for programs.</summary>
public sealed record ErrorResponse(
    [property: JsonPropertyName("message")] string Message, [property: JsonPropertyName("code")] string? Code = null);
