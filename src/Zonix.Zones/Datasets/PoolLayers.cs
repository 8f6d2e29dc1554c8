using System.Globalization;
using Zonix.Abi;
using Zonix.FileSystems.Pool;
using Zonix.Images;
using Zonix.Images.Layers;
using Zonix.Kernel.Vfs;
using Zonix.Storage;

namespace Zonix.Zones.Datasets;

/// <summary>
/// Unpacked layers in a pool: a dataset images/CHAIN for each, whose snapshot @ready is the finished tree. What is being made is a
/// dataset below building/, and takes its name when it is finished.
/// </summary>
public sealed class PoolLayers(Pool pool, VirtualFileSystem vfs) : ILayerStore
{
    private const string Finished = "images/", Building = "building/", Ready = "ready", SizeProperty = "zonix:size";

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
        string name = Building + Guid.NewGuid().ToString("N");
        var properties = new DatasetProperties { SharesContents = true };
        return Guard(() =>
        {
            Dataset dataset = parent is { } below ? pool.Clone(SnapshotName(below), name, properties) : pool.Create(name, properties);
            return new Tree(this, DatasetFileSystem.Open(vfs, dataset), dataset);
        });
    }

    /// <inheritdoc/>
    public ITreeView Open(Digest chainId) => OpenSnapshot(SnapshotName(chainId));

    /// <inheritdoc/>
    public ITreeView OpenSnapshot(string snapshot) => Guard(() => new View(DatasetFileSystem.Open(
        vfs, pool.FindSnapshot(snapshot) ?? throw new ImageException($"there is no snapshot '{snapshot}'"))));

    /// <inheritdoc/>
    public string SnapshotName(Digest chainId) => $"{Finished}{chainId.Hex}@{Ready}";

    /// <inheritdoc/>
    public IReadOnlyList<Digest> List() =>
    [
        .. from dataset in pool.List()
           where dataset.Name.StartsWith(Finished, StringComparison.Ordinal)
           let text = "sha256:" + dataset.Name[Finished.Length..]
           where Digest.TryParse(text, out _) && pool.FindSnapshot($"{dataset.Name}@{Ready}") is not null
           select Digest.Parse(text)
    ];

    /// <inheritdoc/>
    public bool TryRemove(Digest chainId)
    {
        try
        {
            pool.Destroy(Finished + chainId.Hex, recursive: true);
            return true;
        }
        catch (PoolException e) when (e.Error is Errno.EBUSY or Errno.EEXIST)
        {
            return false;
        }
        catch (PoolException e) when (e.Error == Errno.ENOENT)
        {
            return true;
        }
    }

    /// <inheritdoc/>
    public int Sweep()
    {
        string[] left = [.. pool.List().Where(one => one.Name.StartsWith(Building, StringComparison.Ordinal) && !one.IsOpen).Select(one => one.Name)];
        foreach (string name in left)
            pool.Destroy(name, recursive: true);
        return left.Length;
    }

    private static T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (PoolException e)
        {
            throw new ImageException(e.Message, e);
        }
    }

    private void Finish(Tree tree, LayerInfo layer) => Guard(() =>
    {
        tree.Files.Sync();
        tree.Files.Dispose();
        string name = tree.Dataset.Name, wanted = Finished + layer.ChainId.Hex;
        var user = new Dictionary<string, string> { [SizeProperty] = layer.Size.ToString(CultureInfo.InvariantCulture) };
        pool.Configure(name, tree.Dataset.Properties with { ReadOnly = true, User = user });
        pool.Snapshot(name, Ready);
        try
        {
            pool.Rename(name, wanted);
        }
        catch (PoolException e) when (e.Error == Errno.EEXIST)
        {
            // Another one has come first.
            pool.Destroy(name, recursive: true);
        }

        return true;
    });

    private sealed class View(DatasetFileSystem files) : ITreeView
    {
        public IFileSystem FileSystem => files;

        public void Dispose() => files.Dispose();
    }

    private sealed class Tree(PoolLayers store, DatasetFileSystem files, Dataset dataset) : ILayerTree
    {
        private bool isCommitted;

        public VirtualFileSystem Vfs => store.Vfs;

        public IFileSystem FileSystem => files;

        internal DatasetFileSystem Files => files;

        internal Dataset Dataset => dataset;

        public void Commit(LayerInfo layer)
        {
            store.Finish(this, layer);
            isCommitted = true;
        }

        public void Dispose()
        {
            if (isCommitted)
                return;
            files.Close(discards: true);
            store.Discard(dataset.Name);
        }
    }

    private VirtualFileSystem Vfs => vfs;

    private void Discard(string name)
    {
        if (pool.Find(name) is not null)
            pool.Destroy(name, recursive: true);
    }
}
