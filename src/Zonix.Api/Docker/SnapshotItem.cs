using System.Text.Json.Serialization;

namespace Zonix.Api.Docker;

/// <summary>A snapshot of a zone, in the words of vmadm.</summary>
public sealed record SnapshotItem(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("created_at")] DateTimeOffset Created,
    [property: JsonPropertyName("referenced")] long Referenced,
    [property: JsonPropertyName("used")] long Used);
