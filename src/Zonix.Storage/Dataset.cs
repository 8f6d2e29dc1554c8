using Zonix.Storage.Groups;
using Zonix.Storage.Layers;

namespace Zonix.Storage;

/// <summary>A tree of files in the pool. Any thread.</summary>
public sealed class Dataset
{
    private long committed;
    private long uncommitted;

    internal Dataset(Pool pool, long id, string name, Layer top)
    {
        (Pool, Id, Name, Top) = (pool, id, name, top);
        top.Dataset = this;
    }

    /// <summary>Its pool.</summary>
    public Pool Pool { get; }

    /// <summary>"a/b/c".</summary>
    public string Name { get; internal set; }

    /// <summary>What was set.</summary>
    public DatasetProperties Properties { get; internal set; } = new();

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>The snapshot it was cloned from.</summary>
    public Snapshot? Origin { get; internal set; }

    /// <summary>Whether it was destroyed.</summary>
    public bool IsDestroyed { get; internal set; }

    /// <summary>Its snapshots, the oldest first.</summary>
    public IReadOnlyList<Snapshot> Snapshots
    {
        get
        {
            lock (Pool.Gate)
                return [.. SnapshotList];
        }
    }

    /// <summary>The layer that changes go to now; another one after each snapshot.</summary>
    public long TopLayer => Volatile.Read(ref Top).Id;

    /// <summary>The next number that an inode gets, as of the last group.</summary>
    public ulong NextInode { get; internal set; }

    /// <summary>Bytes of contents that its open file system holds beyond (or below) what is in the database.</summary>
    public long Uncommitted => Interlocked.Read(ref uncommitted);

    internal long Id { get; }

    internal Layer Top;

    internal long Referenced { get; set; }

    internal List<Snapshot> SnapshotList { get; } = [];

    internal IDatasetChanges? Changes { get; set; }

    /// <summary>Whether the quota leaves room for more bytes.</summary>
    public bool HasRoom(long bytes) => bytes <= 0 || Properties.Quota == 0 || Used + bytes <= Properties.Quota;

    /// <summary>Whether there is a layer below the one that is written to.</summary>
    public bool HasLowerLayers => Volatile.Read(ref Top).Parent is not null;

    /// <summary>The open file system holds more or fewer bytes than before.</summary>
    public void AddUncommitted(long bytes) => Interlocked.Add(ref uncommitted, bytes);

    /// <summary>Bytes of its own contents: what was written since it was made or cloned. Takes no lock.</summary>
    public long Used => Math.Max(0, Interlocked.Read(ref committed) + Uncommitted);

    /// <summary>Bytes that may still be written: the rest of the quota, or what the host's disk has left.</summary>
    public long Available
    {
        get
        {
            long free = Pool.FreeBytes, quota = Properties.Quota;
            return quota == 0 ? free : Math.Max(0, Math.Min(free, quota - Used));
        }
    }

    /// <summary>Its layers, or their bytes, are others than before. Under the pool's gate.</summary>
    internal void Recount()
    {
        long bytes = 0;
        for (Layer? layer = Top; layer is not null && !ReferenceEquals(layer, Origin?.Layer); layer = layer.Parent)
            bytes += layer.Bytes;
        Interlocked.Exchange(ref committed, bytes);
    }
}
