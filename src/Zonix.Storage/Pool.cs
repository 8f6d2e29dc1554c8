using Zonix.Abi;
using Zonix.Storage.Contents;
using Zonix.Storage.Groups;
using Zonix.Storage.Layers;
using Zonix.Storage.Sql;

namespace Zonix.Storage;

/// <summary>
/// A pool of datasets: trees of files with snapshots, clones and quotas, in a directory of the host. Any thread; calls wait for the
/// host's disk. What goes wrong is a <see cref="PoolException"/>. See README.md.
/// </summary>
public sealed partial class Pool : IDisposable
{
    private readonly PoolLock poolLock;
    private readonly Reader reader;
    private readonly Writer writer;
    private readonly GroupThread groups;
    private readonly Dictionary<string, Dataset> datasets = new(StringComparer.Ordinal);
    private readonly Dictionary<long, Layer> layers = [];
    private readonly Dictionary<long, WeakReference<LayerTree>> trees = [];
    private long lastLayer, lastDataset, lastSnapshot;
    private bool isClosed, isDisposed;

    private Pool(string directory, PoolOptions options, PoolLock poolLock)
    {
        Directory = directory;
        Options = options;
        this.poolLock = poolLock;
        string database = Path.Combine(directory, "pool.db");
        writer = new Writer(database);
        try
        {
            reader = new Reader(database);
            long lastContent = writer.Database.Number("SELECT max((SELECT coalesce(max(id), 0) FROM contents), (SELECT coalesce(max(id), 0) FROM dead_contents))") ?? 0;
            Contents = new ContentStore(Path.Combine(directory, "content"), reader, lastContent, options.HandleLimit, options.Log);
            Load();
            Recover();
        }
        catch
        {
            Contents?.Dispose();
            reader?.Dispose();
            writer.Dispose();
            throw;
        }
        groups = new GroupThread(this);
    }

    /// <summary>Where it is.</summary>
    public string Directory { get; }

    /// <summary>Its files' contents.</summary>
    public ContentStore Contents { get; }

    /// <summary>Bytes that the host's disk has left.</summary>
    public long FreeBytes => Contents.FreeBytes;

    /// <summary>How it was opened.</summary>
    public PoolOptions Options { get; }

    /// <summary>Held over every change of the database and of what is known of datasets.</summary>
    internal Lock Gate { get; } = new();

    internal Reader Reader => reader;

    internal Writer Writer => writer;

    /// <summary>Opens the pool in a directory, and makes it when there is none. EBUSY while another process has it.</summary>
    public static Pool Open(string directory, PoolOptions? options = null)
    {
        directory = Path.GetFullPath(directory);
        const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        try
        {
            if (OperatingSystem.IsWindows())
                System.IO.Directory.CreateDirectory(directory);
            else
                System.IO.Directory.CreateDirectory(directory, Private);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PoolException($"{directory}: {e.Message}", Errno.EACCES, e);
        }
        PoolLock taken = PoolLock.Take(directory);
        try
        {
            return new Pool(directory, options ?? new PoolOptions(), taken);
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>The dataset of that name; null when there is none.</summary>
    public Dataset? Find(string name)
    {
        lock (Gate)
            return datasets.GetValueOrDefault(name);
    }

    /// <summary>The snapshot of that name, "a/b@c"; null when there is none.</summary>
    public Snapshot? FindSnapshot(string name)
    {
        int at = name.IndexOf('@', StringComparison.Ordinal);
        if (at < 0)
            return null;
        lock (Gate)
            return datasets.GetValueOrDefault(name[..at])?.SnapshotList.Find(s => s.ShortName == name[(at + 1)..]);
    }

    /// <summary>All datasets, or one and those below it, by name.</summary>
    public IReadOnlyList<DatasetInfo> List(string? below = null)
    {
        lock (Gate)
        {
            long free = FreeBytes;
            return [.. datasets.Values.Where(d => below is null || d.Name == below || IsBelow(d.Name, below))
                .OrderBy(d => d.Name, StringComparer.Ordinal).Select(d => Describe(d, free))];
        }
    }

    /// <summary>The snapshots of a dataset, the oldest first.</summary>
    public IReadOnlyList<SnapshotInfo> ListSnapshots(string dataset)
    {
        lock (Gate)
        {
            return [.. Existing(dataset).SnapshotList.Select(s => new SnapshotInfo(
                s.Name, s.Layer.Bytes, s.Referenced, s.Created, [.. s.Clones.Select(c => c.Name)]))];
        }
    }

    /// <summary>The tree of a snapshot: read as it is asked for, and one for all who use it.</summary>
    public LayerTree Tree(Snapshot snapshot)
    {
        lock (Gate)
            return SharedTree(snapshot.Layer);
    }

    /// <summary>Writes back what is in memory, and closes it. Open file systems are written back but not closed.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            if (isClosed)
                return;
            isClosed = true;
        }
        groups.Dispose();
        lock (Gate)
            isDisposed = true;
        Contents.Dispose();
        reader.Dispose();
        writer.Dispose();
        poolLock.Dispose();
    }

    internal static bool IsBelow(string name, string ancestor) =>
        name.Length > ancestor.Length && name.StartsWith(ancestor, StringComparison.Ordinal) && name[ancestor.Length] == '/';

    internal Dataset Existing(string name) =>
        datasets.GetValueOrDefault(name) ?? throw new PoolException($"there is no dataset '{name}'", Errno.ENOENT);

    internal Snapshot ExistingSnapshot(string name)
    {
        int at = name.IndexOf('@', StringComparison.Ordinal);
        if (at < 0)
            throw new PoolException($"'{name}' is no name of a snapshot (dataset@snapshot)", Errno.EINVAL);
        return Existing(name[..at]).SnapshotList.Find(s => s.ShortName == name[(at + 1)..]) ??
            throw new PoolException($"there is no snapshot '{name}'", Errno.ENOENT);
    }

    // The layers below a dataset's top, as all share them. Under the gate.
    private LayerTree SharedTree(Layer layer)
    {
        if (trees.TryGetValue(layer.Id, out WeakReference<LayerTree>? place) && place.TryGetTarget(out LayerTree? known))
            return known;
        var made = new LayerTree(reader, layer.Id, layer.Parent is null ? null : SharedTree(layer.Parent));
        trees[layer.Id] = new WeakReference<LayerTree>(made);
        return made;
    }

    private static DatasetInfo Describe(Dataset d, long free)
    {
        long used = d.Used;
        long available = d.Properties.Quota == 0 ? free : Math.Max(0, Math.Min(free, d.Properties.Quota - used));
        return new DatasetInfo(
            d.Name, used, Math.Max(0, d.Referenced + d.Uncommitted), available, d.Origin?.Name, d.Created, d.Properties, d.Changes is not null);
    }
}
