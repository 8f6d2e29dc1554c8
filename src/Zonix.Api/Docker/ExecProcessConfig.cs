using System.Text.Json.Serialization;

namespace Zonix.Api.Docker;

/// <summary>What a further program is. Docker Engine API, ProcessConfig.</summary>
public sealed record ExecProcessConfig(
    [property: JsonPropertyName("entrypoint")] string Entrypoint,
    [property: JsonPropertyName("arguments")] IReadOnlyList<string> Arguments,
    [property: JsonPropertyName("tty")] bool Tty,
    [property: JsonPropertyName("user")] string User);
