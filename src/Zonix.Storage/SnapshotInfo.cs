namespace Zonix.Storage;

/// <summary>What a list of snapshots shows.</summary>
/// <param name="Name">Its name, "a/b@c".</param>
/// <param name="Used">Bytes that are in the pool for the changes from the snapshot before it to this one.</param>
/// <param name="Referenced">Bytes that its tree shows.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Clones">Datasets that were cloned from it.</param>
public sealed record SnapshotInfo(string Name, long Used, long Referenced, DateTimeOffset Created, IReadOnlyList<string> Clones);
