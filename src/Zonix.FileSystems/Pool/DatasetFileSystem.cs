using Zonix.Storage;
using Zonix.Storage.Contents;
using Zonix.Storage.Layers;

namespace Zonix.FileSystems.Pool;

/// <summary>
/// A dataset of a pool as a file system, or one of its snapshots, read-only. What the layers have is read when it is asked for;
/// changes are made in memory and written behind in groups. It may be mounted more than once, and be open between two
/// mounts: whoever has opened it closes it.
/// </summary>
/// <remarks>Locks: the tree gate over all names, then a content's gate, then the gate over what is dirty (a leaf). See README.md.</remarks>
public sealed partial class DatasetFileSystem : IExportedFileSystem, IBackgroundSync, IDisposable
{
    private readonly LayerTree tree;
    private readonly Dictionary<ulong, PoolInode> changed = [];
    private readonly Dictionary<ulong, WeakReference<PoolInode>> hardLinks = [];
    private const int FirstSweep = 1024;
    private int nextSweep = FirstSweep;
    private long lastInode;
    private int isClosed;

    private DatasetFileSystem(VirtualFileSystem vfs, Dataset dataset, Snapshot? snapshot, bool isReadOnly)
    {
        (Vfs, Dataset, Snapshot) = (vfs, dataset, snapshot);
        IsReadOnly = isReadOnly || snapshot is not null || dataset.Properties.ReadOnly;
        Device = vfs.AllocateDevice();
        if (snapshot is not null)
        {
            snapshot.Hold();
            tree = dataset.Pool.Tree(snapshot);
        }
        else
        {
            tree = dataset.Pool.Attach(dataset, this);
            lastInode = (long)dataset.NextInode - 1;
        }
        try
        {
            Root = new Dentry(Shown(tree.Root));
            if (!IsReadOnly)
                DropOrphans();
        }
        catch
        {
            Detach();
            throw;
        }
    }

    /// <summary>The dataset.</summary>
    public Dataset Dataset { get; }

    /// <summary>The snapshot it shows; null: the dataset itself.</summary>
    public Snapshot? Snapshot { get; }

    /// <summary>As of a disk.</summary>
    public uint DirectAlignment => 512;

    /// <inheritdoc/>
    public string TypeName => "zonix";

    /// <inheritdoc/>
    public string Source => Snapshot?.Name ?? Dataset.Name;

    /// <inheritdoc/>
    public string Options => "";

    /// <inheritdoc/>
    public ulong Device { get; }

    /// <inheritdoc/>
    public bool IsReadOnly { get; }

    /// <inheritdoc/>
    public Dentry Root { get; }

    /// <inheritdoc/>
    public Lock RenameGate { get; } = new();

    internal VirtualFileSystem Vfs { get; }

    /// <summary>Held over every look at, and change of, names; and while a group is gathered.</summary>
    internal Lock TreeGate { get; } = new();

    internal Timestamp Now => Vfs.Now;

    internal bool IsAlwaysSynchronous => Dataset.Properties.Sync == SyncMode.Always;

    internal bool HasLowerLayers => Dataset.HasLowerLayers;

    /// <summary>Opens a dataset. Throws <see cref="PoolException"/>: EBUSY when it is open already, EIO for damage.</summary>
    public static DatasetFileSystem Open(VirtualFileSystem vfs, Dataset dataset, bool isReadOnly = false) => new(vfs, dataset, null, isReadOnly);

    /// <summary>Opens a snapshot for reading.</summary>
    public static DatasetFileSystem Open(VirtualFileSystem vfs, Snapshot snapshot) => new(vfs, snapshot.Dataset, snapshot, isReadOnly: true);

    /// <inheritdoc/>
    public Errno Walk(ref PathWalk walk) => DentryWalk.Walk(ref walk);

    /// <inheritdoc/>
    public Errno GetStatistics(out FileSystemStatistics statistics)
    {
        const long BlockSize = 4096, Magic = 0x2fc12fc1;
        long available = Dataset.Available, used = Dataset.Used;
        ulong files = (ulong)Math.Max(0, available / 1024) + (ulong)Math.Max(0, Interlocked.Read(ref lastInode));
        statistics = new FileSystemStatistics
        {
            Type = Magic, BlockSize = BlockSize, Blocks = (ulong)((used + available) / BlockSize), BlocksFree = (ulong)(available / BlockSize),
            BlocksAvailable = (ulong)(available / BlockSize), Files = files, FilesFree = (ulong)(available / 1024), NameLength = 255,
        };
        return 0;
    }

    /// <summary>Writes back what is in memory, and lets the dataset go. What is still open goes on, but is not written any more.</summary>
    public void Dispose() => Close(discards: false);

    /// <summary>The same; with <paramref name="discards"/> what has not been written yet is lost: before a rollback.</summary>
    public void Close(bool discards)
    {
        if (Interlocked.Exchange(ref isClosed, 1) != 0)
            return;
        try
        {
            if (Snapshot is null && !discards)
                Dataset.Pool.FlushForClose(Dataset);
        }
        finally
        {
            Detach();
        }
    }

    /// <summary>Writes everything that is in memory to the disk, and waits for it, whatever the dataset's properties say.</summary>
    public void Sync()
    {
        if (Snapshot is null)
            Dataset.Pool.Sync(Dataset);
    }

    /// <inheritdoc/>
    public void BeginSync(bool dataOnly, SyncWait wait) => BeginSync(null, everything: true, wait);

    internal void BeginSync(Content? content, bool everything, SyncWait wait)
    {
        if (Snapshot is not null || (IsReadOnly && !HasChanges))
        {
            wait.Complete(0);
            return;
        }
        // A file without a content of its own has its bytes in the group; nobody else's need to be on the disk.
        Dataset.Pool.RequestSync(Dataset, content, everything, e => wait.Complete(e?.Error ?? 0));
    }

    internal void Complain(string text) => Dataset.Pool.Options.Log($"{Source}: {text}");

    internal Errno LoadDirectory(ulong inode, out TreeDirectory? directory)
    {
        directory = null;
        try
        {
            directory = tree.Directory(inode);
            return 0;
        }
        catch (PoolException e)
        {
            Complain(e.Message);
            return e.Error;
        }
    }

    internal PoolInode CreateInode(in NewInode what, bool linked)
    {
        bool isDirectory = (what.Mode & FileModeBits.S_IFMT) == FileModeBits.S_IFDIR;
        uint links = isDirectory ? 2u : linked ? 1u : 0u;
        ulong number = (ulong)Interlocked.Increment(ref lastInode);
        var state = new InodeState(Device, number, what.Mode, what.Uid, what.Gid, Now, links, what.Rdev);
        state.SetAcls(what.Acls);
        return (what.Mode & FileModeBits.S_IFMT) switch
        {
            FileModeBits.S_IFDIR => new PoolDirectory(this, state),
            FileModeBits.S_IFLNK => new PoolLink(this, state, what.Target.ToArray()),
            FileModeBits.S_IFREG => new PoolRegular(this, state),
            _ => new PoolNode(this, state),
        };
    }

    /// <summary>The object for an inode of the layers: the one that was changed, or that another name has, or a new one.</summary>
    internal PoolInode Shown(TreeNode node)
    {
        bool isShared = node.Links > 1 && (node.Mode & FileModeBits.S_IFMT) != FileModeBits.S_IFDIR;
        lock (dirtyGate)
        {
            if (changed.TryGetValue(node.Inode, out PoolInode? known))
                return known;
            if (isShared && hardLinks.TryGetValue(node.Inode, out WeakReference<PoolInode>? place) && place.TryGetTarget(out known))
                return known;
            PoolInode made = Wrap(node);
            if (isShared)
            {
                if (hardLinks.Count >= nextSweep)
                    SweepLinks();
                hardLinks[node.Inode] = new WeakReference<PoolInode>(made);
            }
            return made;
        }
    }

    private PoolInode Wrap(TreeNode node) => (node.Mode & FileModeBits.S_IFMT) switch
    {
        FileModeBits.S_IFDIR => new PoolDirectory(this, node),
        FileModeBits.S_IFLNK => new PoolLink(this, node),
        FileModeBits.S_IFREG => new PoolRegular(this, node),
        _ => new PoolNode(this, node),
    };

    private void SweepLinks()
    {
        foreach ((ulong inode, WeakReference<PoolInode> place) in hardLinks)
        {
            if (!place.TryGetTarget(out _))
                hardLinks.Remove(inode);
        }
        nextSweep = Math.Max(FirstSweep, hardLinks.Count * 2);
    }

    // Files that a crash has found open and without a name.
    private void DropOrphans()
    {
        foreach (ulong inode in tree.Orphans)
        {
            if (tree.Find(inode) is { Links: 0 } node)
                Shown(node).Changed();
        }
    }

    private void Detach()
    {
        if (Snapshot is null)
            Dataset.Pool.Detach(Dataset);
        else
            Snapshot.Release();
    }
}
