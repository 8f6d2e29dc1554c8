using Zonix.Abi;
using Zonix.Host.Files;
using Zonix.Storage.Contents;
using Zonix.Storage.Layers;
using Zonix.Storage.Sql;

namespace Zonix.Storage;

/// <content>Destroying, and what is done behind it in small steps: rows of dead layers, files, merging of layers, checksums.</content>
public sealed partial class Pool
{
    private const int Step = 2000;

    /// <summary>
    /// Destroys a dataset or a snapshot. Space becomes free soon after. EBUSY: it is open, or clones hang on it; EEXIST: it has
    /// snapshots, or datasets below it, and is not to be destroyed with them.
    /// </summary>
    public void Destroy(string name, bool recursive = false)
    {
        lock (Gate)
        {
            if (name.Contains('@', StringComparison.Ordinal))
                DestroySnapshot(ExistingSnapshot(name));
            else
                DestroyDatasets(Existing(name), recursive);
        }
        groups.Wake();
    }

    /// <summary>Waits until what was destroyed is gone, layers are merged and checksums are made.</summary>
    public void Settle()
    {
        Sync();
        while (TidyUp())
        {
        }
    }

    /// <summary>Does one step of what is left to do; false when there is nothing.</summary>
    internal bool TidyUp()
    {
        try
        {
            lock (Gate)
            {
                if (CollectContents() || CollectLayer() || MergeLayer())
                    return true;
            }
            return SettlePending();
        }
        catch (PoolException e)
        {
            Options.Log($"{Directory}: tidying up stopped: {e.Message}");
            return false;
        }
    }

    // Within a transaction: a content that no inode refers to goes.
    internal void DropIfUnused(long id)
    {
        id = Contents.Resolve(id);
        bool used = writer.IsUsed.Bind(1, id).Step();
        writer.IsUsed.Reset();
        if (used)
            return;
        writer.AddDeadContent.Bind(1, id).Run();
        if (writer.Database.Changes > 0)
            hasDeadContents = true;
        writer.DropContent.Bind(1, id).Run();
    }

    private bool hasDeadContents = true, hasDeadLayers = true, hasMergeable = true, hasPending = true;

    private void DestroySnapshot(Snapshot snapshot)
    {
        if (snapshot.Clones.Count > 0)
            throw new PoolException($"'{snapshot.Name}' has clones: {string.Join(", ", snapshot.Clones.Select(c => c.Name))}", Errno.EBUSY);
        snapshot.CheckUnused();
        writer.Transact(durable: true, () => writer.Database.Execute($"DELETE FROM snapshots WHERE id = {snapshot.Id}"));
        snapshot.Dataset.SnapshotList.Remove(snapshot);
        snapshot.Layer.Snapshot = null;
        hasMergeable = true;
    }

    private void DestroyDatasets(Dataset first, bool recursive)
    {
        List<Dataset> all = [.. datasets.Values.Where(d => d == first || IsBelow(d.Name, first.Name))];
        if (!recursive && all.Count > 1)
            throw new PoolException($"'{first.Name}' has datasets below it: {string.Join(", ", all.Where(d => d != first).Select(d => d.Name))}", Errno.EEXIST);
        if (!recursive && first.SnapshotList.Count > 0)
            throw new PoolException($"'{first.Name}' has snapshots: {string.Join(", ", first.SnapshotList.Select(s => s.Name))}", Errno.EEXIST);
        foreach (Dataset d in all)
        {
            CheckClosed(d);
            foreach (Snapshot s in d.SnapshotList)
            {
                s.CheckUnused();
                if (s.Clones.FirstOrDefault(c => !all.Contains(c)) is { } clone)
                    throw new PoolException($"'{clone.Name}' is a clone of '{s.Name}'", Errno.EBUSY);
            }
        }
        var dead = new List<Layer>();
        foreach (Dataset d in all)
        {
            for (Layer? layer = d.Top; layer is not null && !ReferenceEquals(layer, d.Origin?.Layer); layer = layer.Parent)
                dead.Add(layer);
        }
        writer.Transact(durable: true, () =>
        {
            foreach (Dataset d in all)
                writer.Database.Execute(
                    $"DELETE FROM snapshots WHERE dataset = {d.Id}; DELETE FROM properties WHERE dataset = {d.Id}; DELETE FROM datasets WHERE id = {d.Id}");
            Bury(dead);
        });
        foreach (Dataset d in all)
        {
            datasets.Remove(d.Name);
            d.IsDestroyed = true;
            d.Origin?.RemoveClone(d);
        }
        Forget(dead);
    }

    // Within a transaction: the rows of these layers are taken away later.
    private void Bury(List<Layer> dead)
    {
        foreach (Layer layer in dead)
            writer.Database.Execute($"DELETE FROM layers WHERE id = {layer.Id}; INSERT INTO dead_layers (id) VALUES ({layer.Id})");
        hasDeadLayers = true;
    }

    private void Forget(List<Layer> dead)
    {
        foreach (Layer layer in dead)
        {
            layers.Remove(layer.Id);
            trees.Remove(layer.Id);
            layer.Parent?.Children.Remove(layer);
            layer.Dataset = null;
            layer.Snapshot = null;
        }
        hasMergeable = true;
    }

    private bool CollectLayer()
    {
        if (!hasDeadLayers)
            return false;
        string busy = string.Join(',', receiving);
        if (writer.Database.Number($"SELECT min(id) FROM dead_layers WHERE id NOT IN ({busy})") is not { } layer)
        {
            hasDeadLayers = false;
            return false;
        }
        writer.Transact(durable: false, () =>
        {
            var inodes = new List<(ulong Inode, long Content)>();
            using (var rows = new Statement(writer.Database, "SELECT inode, content FROM inodes WHERE layer = ? LIMIT ?"))
            {
                rows.Bind(1, layer).Bind(2, Step);
                while (rows.Step())
                    inodes.Add((rows.ULong(0), rows.Long(1)));
            }
            foreach ((ulong inode, long content) in inodes)
            {
                writer.DropNames.Bind(1, layer).Bind(2, inode).Run();
                writer.DropInode.Bind(1, layer).Bind(2, inode).Run();
                if (content != 0)
                    DropIfUnused(content);
            }
            if (inodes.Count < Step)
                writer.Database.Execute($"DELETE FROM names WHERE layer = {layer}; DELETE FROM dead_layers WHERE id = {layer}");
        });
        return true;
    }

    private bool CollectContents()
    {
        if (!hasDeadContents)
            return false;
        var ids = new List<long>();
        using (var rows = new Statement(writer.Database, "SELECT id FROM dead_contents LIMIT ?"))
        {
            rows.Bind(1, Step);
            while (rows.Step())
                ids.Add(rows.Long(0));
        }
        hasDeadContents = ids.Count > 0;
        if (ids.Count == 0)
            return false;
        foreach (long id in ids)
            Contents.Remove(id);
        writer.Transact(durable: false, () =>
        {
            foreach (long id in ids)
                writer.DropDeadContent.Bind(1, id).Run();
        });
        return true;
    }

    // A layer that only one other is built upon, and no snapshot shows, becomes part of that one.
    private bool MergeLayer()
    {
        if (!hasMergeable)
            return false;
        Layer? below = layers.Values.FirstOrDefault(l => l.Snapshot is null && l.Dataset is null && l.Children.Count == 1);
        if (below is null)
        {
            Layer? unused = layers.Values.FirstOrDefault(l => !l.IsHeld);
            hasMergeable = unused is not null;
            if (unused is null)
                return false;
            writer.Transact(durable: false, () => Bury([unused]));
            Forget([unused]);
            return true;
        }
        Merge(below, below.Children[0]);
        return true;
    }

    private void Merge(Layer below, Layer above)
    {
        long bytes = 0;
        lock (reader.Gate)
        {
            writer.Transact(durable: false, () =>
            {
                var replaced = new List<long>();
                using (var rows = new Statement(writer.Database,
                    "SELECT b.content FROM inodes b JOIN inodes a ON a.layer = ? AND a.inode = b.inode WHERE b.layer = ? AND b.content IS NOT NULL"))
                {
                    rows.Bind(1, above.Id).Bind(2, below.Id);
                    while (rows.Step())
                        replaced.Add(rows.Long(0));
                }
                string from = $"layer = {below.Id}", to = $"layer = {above.Id}";
                writer.Database.Execute(
                    $"DELETE FROM names WHERE {from} AND parent IN (SELECT inode FROM inodes WHERE {to} AND mode = 0);" +
                    $"DELETE FROM inodes WHERE {from} AND inode IN (SELECT inode FROM inodes WHERE {to}); UPDATE inodes SET {to} WHERE {from};" +
                    $"INSERT OR IGNORE INTO names (layer, parent, name, inode) SELECT {above.Id}, parent, name, inode FROM names WHERE {from}; DELETE FROM names WHERE {from};" +
                    $"UPDATE contents SET {to} WHERE {from}; UPDATE layers SET parent = {below.Parent?.Id.ToString() ?? "NULL"} WHERE id = {above.Id}; DELETE FROM layers WHERE id = {below.Id}");
                if (below.Parent is null)
                    writer.Database.Execute($"DELETE FROM names WHERE {to} AND inode = 0; DELETE FROM inodes WHERE {to} AND mode = 0");
                foreach (long content in replaced)
                    DropIfUnused(content);
                bytes = writer.Database.Number($"SELECT sum(stored) FROM inodes WHERE {to}") ?? 0;
                writer.SetLayerBytes.Bind(1, bytes).Bind(2, above.Id).Run();
            });
            above.Parent = below.Parent;
            above.Bytes = bytes;
            below.Parent?.Children.Remove(below);
            below.Parent?.Children.Add(above);
            layers.Remove(below.Id);
            trees.Remove(below.Id);
            MergeTrees(above);
        }
        foreach (Dataset dataset in datasets.Values)
            dataset.Recount();
    }

    private void MergeTrees(Layer above)
    {
        LayerTree? parent = above.Parent is null ? null : SharedTree(above.Parent);
        if (trees.TryGetValue(above.Id, out WeakReference<LayerTree>? place) && place.TryGetTarget(out LayerTree? tree))
            tree.ParentMerged(parent);
        if (above.Dataset is { } dataset && topTrees.TryGetValue(dataset.Id, out LayerTree? top))
            top.ParentMerged(parent);
    }

    // Contents that are frozen get their checksums, some at a time. They are read without the gate, and asked then whether they still are.
    private bool SettlePending()
    {
        List<(Content Content, int Reopenings)> frozen = TakePending();
        if (frozen.Count == 0)
            return false;
        var hashed = new List<(Content Content, int Reopenings, long Length, byte[] Hash)>();
        foreach ((Content content, int reopenings) in frozen)
        {
            if (TryHash(content, out long length, out byte[] hash))
                hashed.Add((content, reopenings, length, hash));
        }
        if (hashed.Count == 0)
        {
            // They cannot be read; the next ones that are frozen bring them back here.
            lock (Gate)
                hasPending = false;
            return false;
        }
        Contents.Sync();
        var replaced = new List<(Content Old, Content New)>();
        lock (Gate)
        {
            if (isDisposed)
                return false;
            hashed.RemoveAll(h => h.Content.Reopenings != h.Reopenings || h.Content.State != ContentState.Pending ||
                writer.Database.Number($"SELECT state FROM contents WHERE id = {h.Content.Id}") != (long)ContentState.Pending);
            writer.Transact(durable: false, () =>
            {
                foreach ((Content content, _, long length, byte[] hash) in hashed)
                {
                    content.SetLength(length);
                    ContentState state = IsShared(content.Layer) ? ContentState.Shared : ContentState.Settled;
                    if (state == ContentState.Shared && FindShared(hash, length) is { } known)
                        ReplaceContent(content, known, replaced);
                    else
                        writer.SettleContent.Bind(1, (long)state).Bind(2, length).Bind(3, hash).Bind(4, content.Id).Run();
                }
            });
            foreach ((Content content, _, _, _) in hashed)
                content.State = IsShared(content.Layer) ? ContentState.Shared : ContentState.Settled;
            foreach ((Content old, Content known) in replaced)
                Contents.Replace(old, known);
            return hashed.Count > 0;
        }
    }

    // Many small ones, or few large ones: before the checksums count all that was written must be on the disk, which takes its time.
    private List<(Content Content, int Reopenings)> TakePending()
    {
        const int MaxCount = 1024;
        const long MaxBytes = 64 << 20;
        var frozen = new List<(Content, int)>();
        lock (Gate)
        {
            if (!hasPending || isDisposed)
                return frozen;
            var ids = new List<long>();
            long bytes = 0;
            using (var rows = new Statement(writer.Database, "SELECT id, length FROM contents WHERE state = 3 LIMIT ?"))
            {
                rows.Bind(1, MaxCount);
                while (bytes < MaxBytes && rows.Step())
                {
                    ids.Add(rows.Long(0));
                    bytes += rows.Long(1);
                }
            }
            hasPending = ids.Count > 0;
            foreach (long id in ids)
            {
                if (Contents.Find(id, out Content? content) == 0)
                    frozen.Add((content!, content!.Reopenings));
            }
        }
        return frozen;
    }

    /// <summary>There are contents that wait for their checksum. Under the gate.</summary>
    internal void NotePending() => hasPending = true;

    // Within a transaction: the pool has these bytes already.
    private void ReplaceContent(Content content, Content known, List<(Content Old, Content New)> replaced)
    {
        writer.Database.Execute($"UPDATE inodes SET content = {known.Id} WHERE content = {content.Id}");
        DropIfUnused(content.Id);
        replaced.Add((content, known));
    }

    // Whether the dataset whose layer it is shares its contents.
    private bool IsShared(long layer) =>
        layers.TryGetValue(layer, out Layer? known) && (known.Dataset ?? known.Snapshot?.Dataset)?.Properties.SharesContents == true;

    private bool TryHash(Content content, out long length, out byte[] hash)
    {
        (length, hash) = (0, []);
        if (content.Acquire(out HostFile? file) != 0)
            return false;
        using (file)
            length = ContentHash.Of(file!, out hash);
        if (length < 0)
            Options.Log($"{Contents.FileOf(content.Id)}: cannot be read ({(Errno)(-length)})");
        return length >= 0;
    }
}
