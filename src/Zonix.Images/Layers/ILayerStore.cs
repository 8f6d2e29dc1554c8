namespace Zonix.Images.Layers;

/// <summary>
/// Where unpacked layers live: a tree for each chain of layers, named by the chain's id, read-only once it is there, and made
/// as a clone of the chain below it. Any thread.
/// </summary>
public interface ILayerStore
{
    /// <summary>A finished tree; null: there is none.</summary>
    LayerInfo? Find(Digest chainId);

    /// <summary>A writable tree that begins as a copy of <paramref name="parent"/>, or empty. Nobody sees it until it is committed.</summary>
    ILayerTree Begin(Digest? parent);

    /// <summary>A finished tree, to be read.</summary>
    ITreeView Open(Digest chainId);

    /// <summary>The tree of a snapshot of the pool ("zones/web@1"), to be read. <see cref="ImageException"/> when there is none.</summary>
    ITreeView OpenSnapshot(string snapshot);

    /// <summary>The name of the snapshot that holds a finished tree, for cloning it.</summary>
    string SnapshotName(Digest chainId);

    /// <summary>All finished trees.</summary>
    IReadOnlyList<Digest> List();

    /// <summary>The names of what is cloned from a finished tree and is no layer itself: zones. Empty, too, when there is no such tree.</summary>
    IReadOnlyList<string> UsersOf(Digest chainId);

    /// <summary>Takes a finished tree away; false: something is cloned from it, so it stays.</summary>
    bool TryRemove(Digest chainId);

    /// <summary>Takes away what was begun and never committed by machines that are gone; answers how many there were.</summary>
    int Sweep();
}
