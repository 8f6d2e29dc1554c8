using Zonix.Storage.Layers;

namespace Zonix.Storage;

/// <summary>A state of a dataset that does not change.</summary>
public sealed class Snapshot
{
    private readonly List<Dataset> clones = [];

    internal Snapshot(long id, Dataset dataset, string name, Layer layer)
    {
        (Id, Dataset, ShortName, Layer) = (id, dataset, name, layer);
        layer.Snapshot = this;
    }

    /// <summary>"a/b@c".</summary>
    public string Name => $"{Dataset.Name}@{ShortName}";

    /// <summary>What stands behind the @.</summary>
    public string ShortName { get; }

    /// <summary>The dataset.</summary>
    public Dataset Dataset { get; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Known by it in streams, in whatever pool it is.</summary>
    public required Guid Guid { get; init; }

    internal long Id { get; }

    internal Layer Layer { get; }

    internal ulong NextInode { get; init; }

    internal long Referenced { get; init; }

    /// <summary>Datasets that were cloned from it.</summary>
    public IReadOnlyList<Dataset> Clones => clones;

    internal void AddClone(Dataset clone) => clones.Add(clone);

    internal void RemoveClone(Dataset clone) => clones.Remove(clone);


    private int users;

    /// <summary>Somebody uses it: it cannot be destroyed until <see cref="Release"/>.</summary>
    public void Hold()
    {
        lock (Dataset.Pool.Gate)
        {
            if (!Dataset.SnapshotList.Contains(this))
                throw new PoolException($"there is no snapshot '{Name}' any more", Abi.Errno.ENOENT);
            users++;
        }
    }

    /// <summary>The end of a <see cref="Hold"/>.</summary>
    public void Release()
    {
        lock (Dataset.Pool.Gate)
            users--;
    }

    internal void CheckUnused()
    {
        if (users > 0)
            throw new PoolException($"'{Name}' is in use", Abi.Errno.EBUSY);
    }
}
