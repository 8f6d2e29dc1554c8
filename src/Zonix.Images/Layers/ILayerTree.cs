namespace Zonix.Images.Layers;

/// <summary>A tree of layers that is being made. Disposing it without a commit throws it away.</summary>
public interface ILayerTree : ITreeView
{
    /// <summary>The machine it belongs to.</summary>
    VirtualFileSystem Vfs { get; }

    /// <summary>
    /// Makes it visible under its chain's id, whole and on disk, and never to change again. When another one of that name has
    /// come first, that one stays.
    /// </summary>
    void Commit(LayerInfo layer);
}
