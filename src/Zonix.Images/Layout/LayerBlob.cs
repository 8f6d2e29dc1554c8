namespace Zonix.Images.Layout;

/// <summary>A layer that was packed: its content in the store, and the digest and size of the uncompressed archive.</summary>
internal readonly record struct LayerBlob(Digest Blob, Digest DiffId, long Size);
