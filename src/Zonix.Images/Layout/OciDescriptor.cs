using System.Text.Json.Serialization;

namespace Zonix.Images.Layout;

/// <summary>Names a content by its digest, size and type. OCI image specification, descriptor.md.</summary>
internal sealed record OciDescriptor
{
    public const string NameAnnotation = "io.containerd.image.name", TagAnnotation = "org.opencontainers.image.ref.name";

    /// <summary>By which digests of a repository the image was pulled: "docker.io/library/debian@sha256:...".</summary>
    public const string RepositoryAnnotation = "org.zonix.image.repository-digest";

    [JsonPropertyName("mediaType")]
    public string? MediaType { get; init; }

    [JsonPropertyName("digest")]
    public string? Digest { get; init; }

    [JsonPropertyName("size")]
    public long Size { get; init; }

    [JsonPropertyName("platform")]
    public OciPlatform? Platform { get; init; }

    [JsonPropertyName("annotations")]
    public SortedDictionary<string, string>? Annotations { get; init; }

    [JsonPropertyName("urls")]
    public string[]? Urls { get; init; }

    /// <summary>An annotation's value.</summary>
    public string? Annotation(string name) => Annotations?.GetValueOrDefault(name);
}
