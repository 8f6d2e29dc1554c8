using Zonix.Storage;
using Zonix.Storage.Groups;

namespace Zonix.FileSystems.Pool;

/// <content>What has changed, and how the pool gets it.</content>
public sealed partial class DatasetFileSystem : IDatasetChanges
{
    // So many changes are written before the time has come; so many make whoever changes wait.
    private const int Many = 4096, TooMany = 32768;

    private readonly Lock dirtyGate = new();
    private readonly HashSet<PoolRegular> openFiles = [];
    private List<PoolInode> dirty = [];
    private int isFlushing;

    /// <inheritdoc/>
    public bool HasChanges
    {
        get
        {
            lock (dirtyGate)
                return dirty.Count > 0 || openFiles.Count > 0;
        }
    }

    /// <summary>The layer that is written to.</summary>
    internal long TopLayer => Dataset.TopLayer;

    /// <summary>Snapshots that were made since it is open.</summary>
    internal int Generation { get; private set; }

    /// <summary>A snapshot was made since it is open: what was written before lies below now.</summary>
    internal bool WasFrozen => Generation > 0;

    /// <inheritdoc/>
    void IDatasetChanges.Capture(ChangeBatch batch)
    {
        lock (TreeGate)
        {
            foreach (PoolRegular file in OpenFiles())
            {
                if (file.Content.IsDue(batch.Kind))
                    file.Changed();
            }
            foreach (PoolInode inode in TakeDirty())
                inode.Capture(batch, batch.Kind);
            batch.NextInode = (ulong)Interlocked.Read(ref lastInode) + 1;
        }
    }

    /// <inheritdoc/>
    bool IDatasetChanges.TrySettle(InodeChange change) => ((PoolRegular)change.Owner!).Content.TrySettle();

    /// <inheritdoc/>
    void IDatasetChanges.Committed(ChangeBatch batch)
    {
        if (batch.Kind == CaptureKind.Freeze)
            Generation++;
        foreach (InodeChange change in batch.Inodes)
            ((PoolInode)change.Owner!).Committed(change, batch);
    }

    /// <inheritdoc/>
    void IDatasetChanges.Failed(ChangeBatch batch)
    {
        lock (TreeGate)
        {
            var directories = new Dictionary<ulong, PoolDirectory>();
            foreach (InodeChange change in batch.Inodes)
            {
                ((PoolInode)change.Owner!).Changed();
                if (change.Owner is PoolDirectory directory)
                    directories[directory.Number] = directory;
                else
                    (change.Owner as PoolRegular)?.Content.Failed(change);
            }
            foreach (NameChange name in batch.Names)
            {
                // Who has no row in the batch has lost its last name meanwhile, and its entries do not matter.
                if (directories.TryGetValue(name.Parent, out PoolDirectory? directory))
                    directory.AddDirtyName(name.Name);
            }
        }
    }

    /// <summary>It belongs into the next group. What the layers have of it is not shown any more.</summary>
    internal void AddDirty(PoolInode inode)
    {
        lock (dirtyGate)
        {
            dirty.Add(inode);
            if (inode.Node is { } node)
                changed[node.Inode] = inode;
        }
    }

    /// <summary>A file of the pool is written to.</summary>
    internal void AddOpen(PoolRegular file)
    {
        lock (dirtyGate)
            openFiles.Add(file);
    }

    /// <summary>It is not any more.</summary>
    internal void RemoveOpen(PoolRegular file)
    {
        lock (dirtyGate)
            openFiles.Remove(file);
    }

    /// <summary>
    /// Has changes written when there are many, and waits when there are far too many. With no lock of this file system held.
    /// </summary>
    internal void Throttle()
    {
        int count = Volatile.Read(ref dirty).Count;
        if (count < Many || isClosed != 0)
            return;
        if (count >= TooMany)
        {
            try
            {
                Dataset.Pool.Flush(Dataset);
            }
            catch (PoolException e)
            {
                Complain(e.Message);
            }
        }
        else if (Interlocked.Exchange(ref isFlushing, 1) == 0)
        {
            Dataset.Pool.RequestFlush(Dataset, _ => Volatile.Write(ref isFlushing, 0));
        }
    }

    private PoolRegular[] OpenFiles()
    {
        lock (dirtyGate)
            return openFiles.Count == 0 ? [] : [.. openFiles];
    }

    private List<PoolInode> TakeDirty()
    {
        lock (dirtyGate)
        {
            List<PoolInode> taken = dirty;
            Volatile.Write(ref dirty, []);
            return taken;
        }
    }
}
