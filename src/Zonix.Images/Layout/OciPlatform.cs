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

    /// <summary>What it is to this machine; null: it does not run it.</summary>
    [JsonIgnore]
    public ImagePlatform? Ours => Os is "linux" && Architecture is not null ? ImagePlatform.Of(Architecture) : null;

    public override string ToString() => $"{Os}/{Architecture}" + (Variant is null ? "" : "/" + Variant);
}
