using System.Text.Json.Serialization;

namespace Zonix.Images.Layout;

/// <summary>The platform that an image is for.</summary>
internal sealed record OciPlatform
{
    [JsonPropertyName("architecture")]
    public string? Architecture { get; init; }

    [JsonPropertyName("os")]
    public string? Os { get; init; }

    [JsonPropertyName("variant")]
    public string? Variant { get; init; }

    /// <summary>Whether this machine runs it.</summary>
    [JsonIgnore]
    public bool IsOurs => Os is "linux" && Architecture is "amd64" or "x86_64";

    public override string ToString() => $"{Os}/{Architecture}" + (Variant is null ? "" : "/" + Variant);
}
