namespace Zonix.Api.Docker;

/// <summary>The answer to GET /volumes.</summary>
public sealed record VolumeList(IReadOnlyList<VolumeItem> Volumes, IReadOnlyList<string> Warnings);
