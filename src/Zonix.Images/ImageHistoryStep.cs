namespace Zonix.Images;

/// <summary>A step of an image's history, and the bytes of its layer, uncompressed.</summary>
public readonly record struct ImageHistoryStep(ImageHistoryEntry Entry, long Size);
