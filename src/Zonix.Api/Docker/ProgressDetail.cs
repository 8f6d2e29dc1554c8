using System.Text.Json.Serialization;

namespace Zonix.Api.Docker;

/// <summary>How far something is, in bytes.</summary>
public sealed record ProgressDetail(
    [property: JsonPropertyName("current")] long Current, [property: JsonPropertyName("total")] long Total);
