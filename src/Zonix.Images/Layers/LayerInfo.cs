namespace Zonix.Images.Layers;

/// <summary>A finished tree of layers.</summary>
/// <param name="ChainId">What it is known by: the chain of its layers' diff ids.</param>
/// <param name="Size">Bytes of its topmost layer, uncompressed.</param>
public readonly record struct LayerInfo(Digest ChainId, long Size);
