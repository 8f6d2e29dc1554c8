using System.Text.Json.Serialization;

namespace Zonix.Images;

/// <summary>How a layer of an image, or a change to its configuration alone, came about.</summary>
public sealed record ImageHistoryEntry
{
    /// <summary>When.</summary>
    [JsonPropertyName("created")]
    public string? Created { get; init; }

    /// <summary>By which command.</summary>
    [JsonPropertyName("created_by")]
    public string? CreatedBy { get; init; }

    /// <summary>By whom.</summary>
    [JsonPropertyName("author")]
    public string? Author { get; init; }

    /// <summary>What the author says of it.</summary>
    [JsonPropertyName("comment")]
    public string? Comment { get; init; }

    /// <summary>It has no layer.</summary>
    [JsonPropertyName("empty_layer")]
    public bool? EmptyLayer { get; init; }
}
