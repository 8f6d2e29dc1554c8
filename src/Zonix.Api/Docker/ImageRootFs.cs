namespace Zonix.Api.Docker;

/// <summary>The layers of an image, uncompressed, the lowest first.</summary>
public sealed record ImageRootFs(string Type, IReadOnlyList<string> Layers);
