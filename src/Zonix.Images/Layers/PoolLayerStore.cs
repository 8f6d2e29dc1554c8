using System.Collections.Concurrent;
using System.Globalization;
using Zonix.FileSystems.Pool;
using Zonix.Storage;

namespace Zonix.Images.Layers;

/// <summary>
/// Layers in the machine's pool: a chain is the dataset "images/CHAIN" with the snapshot "ready", cloned from the chain below
/// it. It is made under another name and gets its own when it is whole and on the disk. Any thread.
/// </summary>
public sealed class PoolLayerStore : ILayerStore
{
    private const string Folder = "images", Ready = "ready", Unfinished = "images/tmp-", SizeProperty = "org.zonix.layer.size";
    private readonly Pool pool;
    private readonly VirtualFileSystem vfs;
    private readonly ConcurrentDictionary<string, bool> underWay = new(StringComparer.Ordinal);

    /// <summary>In a pool that this process has open. What was under way when another process ended is taken away.</summary>
    public PoolLayerStore(Pool pool, VirtualFileSystem vfs)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(vfs);
        this.pool = pool;
        this.vfs = vfs;
        Sweep();
    }

    /// <inheritdoc/>
    public LayerInfo? Find(Digest chainId)
    {
        if (pool.FindSnapshot(SnapshotName(chainId)) is not { } snapshot)
            return null;
        string? size = snapshot.Dataset.Properties.User.GetValueOrDefault(SizeProperty);
        return new LayerInfo(chainId, long.TryParse(size, CultureInfo.InvariantCulture, out long bytes) ? bytes : 0);
    }

    /// <inheritdoc/>
    public ILayerTree Begin(Digest? parent)
    {
        string name = Unfinished + Guid.NewGuid().ToString("n");
        underWay.TryAdd(name, true);
        try
        {
            var properties = new DatasetProperties { SharesContents = true };
            Dataset dataset = parent is { } below ? pool.Clone(SnapshotName(below), name, properties) : pool.Create(name, properties);
            return new Tree(this, dataset);
        }
        catch (PoolException e)
        {
            Discard(name);
            throw new ImageException($"cannot begin a layer in the pool: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public ITreeView Open(Digest chainId) => OpenSnapshot(SnapshotName(chainId));

    /// <inheritdoc/>
    public ITreeView OpenSnapshot(string snapshot)
    {
        try
        {
            return new View(DatasetFileSystem.Open(vfs, pool.FindSnapshot(snapshot) ?? throw new ImageException($"no such snapshot: {snapshot}")));
        }
        catch (PoolException e)
        {
            throw new ImageException($"cannot open the snapshot {snapshot}: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public string SnapshotName(Digest chainId) => $"{DatasetName(chainId)}@{Ready}";

    /// <inheritdoc/>
    public IReadOnlyList<Digest> List()
    {
        var chains = new List<Digest>();
        foreach (DatasetInfo dataset in pool.List(Folder))
        {
            if (dataset.Name.StartsWith(Folder + "/", StringComparison.Ordinal) && Digest.TryParse("sha256:" + dataset.Name[(Folder.Length + 1)..], out Digest chain))
                chains.Add(chain);
        }
        return chains;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> UsersOf(Digest chainId)
    {
        try
        {
            return [.. pool.ListSnapshots(DatasetName(chainId)).SelectMany(static one => one.Clones)
                .Where(static name => !name.StartsWith(Folder + "/", StringComparison.Ordinal))];
        }
        catch (PoolException e) when (e.Error == Errno.ENOENT)
        {
            return [];
        }
    }

    /// <inheritdoc/>
    public bool TryRemove(Digest chainId) => TryDestroy(DatasetName(chainId));

    /// <inheritdoc/>
    public int Sweep() => pool.List(Folder).Count(dataset =>
        dataset.Name.StartsWith(Unfinished, StringComparison.Ordinal) && !underWay.ContainsKey(dataset.Name) && TryDestroy(dataset.Name));

    private static string DatasetName(Digest chainId) => $"{Folder}/{chainId.Hex}";

    private void Discard(string name)
    {
        if (pool.Find(name) is not null)
            TryDestroy(name);
        underWay.TryRemove(name, out _);
    }

    // False: it is in use, or something is cloned from it.
    private bool TryDestroy(string name)
    {
        try
        {
            pool.Destroy(name, recursive: true);
            return true;
        }
        catch (PoolException e) when (e.Error is Errno.EBUSY or Errno.EEXIST)
        {
            return false;
        }
        catch (PoolException e) when (e.Error is Errno.ENOENT)
        {
            return true;
        }
    }

    private void Commit(string name, LayerInfo layer)
    {
        try
        {
            pool.Snapshot(name, Ready);
            pool.Configure(name, new DatasetProperties
            {
                SharesContents = true, ReadOnly = true,
                User = new Dictionary<string, string> { [SizeProperty] = layer.Size.ToString(CultureInfo.InvariantCulture) },
            });
            pool.Rename(name, DatasetName(layer.ChainId));
        }
        catch (PoolException e) when (e.Error == Errno.EEXIST && Find(layer.ChainId) is not null)
        {
            // Another one came first.
        }
        catch (PoolException e)
        {
            throw new ImageException($"cannot keep a layer in the pool: {e.Message}", e);
        }
    }

    private sealed class View(DatasetFileSystem fileSystem) : ITreeView
    {
        public IFileSystem FileSystem => fileSystem;

        public void Dispose() => fileSystem.Dispose();
    }

    private sealed class Tree(PoolLayerStore store, Dataset dataset) : ILayerTree
    {
        private readonly string name = dataset.Name;
        private readonly DatasetFileSystem fileSystem = DatasetFileSystem.Open(store.vfs, dataset);

        public IFileSystem FileSystem => fileSystem;

        public VirtualFileSystem Vfs => store.vfs;

        public void Commit(LayerInfo layer)
        {
            try
            {
                fileSystem.Dispose();
            }
            catch (PoolException e)
            {
                throw new ImageException($"cannot write a layer to the pool: {e.Message}", e);
            }
            store.Commit(name, layer);
        }

        public void Dispose()
        {
            fileSystem.Close(discards: true);
            store.Discard(name);
        }
    }
}
