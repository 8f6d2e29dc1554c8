namespace Zonix.Images;

/// <summary>What was taken away from the store.</summary>
/// <param name="Untagged">Names that were taken.</param>
/// <param name="Deleted">Images that are gone, by id.</param>
/// <param name="FreedBytes">Bytes of contents that are gone; those of unpacked layers are the pool's to tell.</param>
public sealed record ImageRemoval(IReadOnlyList<string> Untagged, IReadOnlyList<Digest> Deleted, long FreedBytes);
