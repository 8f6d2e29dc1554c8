namespace Zonix.Storage.Layers;

/// <summary>A layer of the pool, and what holds it. Under the pool's gate.</summary>
internal sealed class Layer(long id, Layer? parent)
{
    public long Id => id;

    public Layer? Parent { get; set; } = parent;

    /// <summary>Bytes of the contents of its inodes.</summary>
    public long Bytes { get; set; }

    /// <summary>Layers directly above it.</summary>
    public List<Layer> Children { get; } = [];

    /// <summary>The snapshot that it is the top of.</summary>
    public Snapshot? Snapshot { get; set; }

    /// <summary>The dataset whose changes go into it.</summary>
    public Dataset? Dataset { get; set; }

    public bool IsHeld => Children.Count > 0 || Snapshot is not null || Dataset is not null;
}
