using Zonix.Abi;
using Zonix.Storage.Groups;
using Zonix.Storage.Layers;

namespace Zonix.Storage;

/// <content>Snapshots: making, going back, destroying.</content>
public sealed partial class Pool
{
    /// <summary>
    /// Makes a snapshot of a dataset as it is now, open or not. It is on the disk when this returns. What it takes depends on what
    /// was changed in the last seconds, not on how much there is.
    /// </summary>
    public Snapshot Snapshot(string dataset, string name)
    {
        lock (Gate)
        {
            Dataset owner = Existing(dataset);
            CheckName(name);
            if (name.Contains('/', StringComparison.Ordinal))
                throw new PoolException($"'{name}' is no name of a snapshot", Errno.EINVAL);
            if (owner.SnapshotList.Exists(s => s.ShortName == name))
                throw new PoolException($"there is a snapshot '{dataset}@{name}' already", Errno.EEXIST);
            return Freeze(owner, name, Guid.NewGuid(), Time(NowNs()));
        }
    }

    /// <summary>
    /// A dataset becomes again what it was at a snapshot; it must not be open. Snapshots made since then stand in the way (EEXIST),
    /// unless they are to be destroyed with it.
    /// </summary>
    public void Rollback(string snapshot, bool destroysNewer = false)
    {
        lock (Gate)
        {
            Snapshot target = ExistingSnapshot(snapshot);
            Dataset dataset = target.Dataset;
            CheckClosed(dataset);
            Snapshot[] newer = [.. dataset.SnapshotList.Skip(dataset.SnapshotList.IndexOf(target) + 1)];
            if (newer.Length > 0 && !destroysNewer)
                throw new PoolException($"'{dataset.Name}' has snapshots that are newer than '{snapshot}': {string.Join(", ", newer.Select(s => s.Name))}", Errno.EEXIST);
            if (newer.FirstOrDefault(s => s.Clones.Count > 0) is { } used)
                throw new PoolException($"'{used.Name}' has clones: {string.Join(", ", used.Clones.Select(c => c.Name))}", Errno.EBUSY);
            foreach (Snapshot snapshotToGo in newer)
                snapshotToGo.CheckUnused();
            ReplaceTop(dataset, target, newer);
        }
    }

    // Under the gate.
    private Snapshot Freeze(Dataset owner, string name, Guid guid, DateTimeOffset created)
    {
        Layer frozen = owner.Top, top = new(++lastLayer, frozen);
        var batches = new List<(Dataset, ChangeBatch)>();
        if (owner.Changes is { } changes)
            batches.Add((owner, Capture(owner, changes, CaptureKind.Freeze)));
        long id = ++lastSnapshot;
        long referenced = 0;
        Commit(batches, durable: true, syncsContents: true, () =>
        {
            writer.Database.Execute($"UPDATE contents SET state = 3 WHERE layer = {frozen.Id} AND state = 0");
            referenced = writer.Database.Number($"SELECT referenced FROM datasets WHERE id = {owner.Id}") ?? 0;
            InsertLayer(top);
            writer.Database.Execute($"UPDATE datasets SET layer = {top.Id} WHERE id = {owner.Id}");
            InsertSnapshot(
                id, owner, name, frozen, batches.Count > 0 ? batches[0].Item2.NextInode : owner.NextInode, referenced, (created - DateTimeOffset.UnixEpoch).Ticks * 100, guid);
        });
        frozen.Dataset = null;
        frozen.Children.Add(top);
        layers.Add(top.Id, top);
        top.Dataset = owner;
        Volatile.Write(ref owner.Top, top);
        owner.Recount();
        var made = new Snapshot(id, owner, name, frozen) { Created = created, Guid = guid, NextInode = owner.NextInode, Referenced = referenced };
        owner.SnapshotList.Add(made);
        NotePending();
        groups.Wake();
        return made;
    }

    private void ReplaceTop(Dataset dataset, Snapshot target, Snapshot[] dropped)
    {
        Layer old = dataset.Top, top = new(++lastLayer, target.Layer);
        var dead = new List<Layer>();
        writer.Transact(durable: true, () =>
        {
            InsertLayer(top);
            writer.SetDataset.Bind(1, top.Id).Bind(2, dataset.NextInode).Bind(3, target.Referenced).Bind(4, dataset.Id).Run();
            foreach (Snapshot snapshot in dropped)
                writer.Database.Execute($"DELETE FROM snapshots WHERE id = {snapshot.Id}");
            for (Layer layer = old; !ReferenceEquals(layer, target.Layer); layer = layer.Parent!)
                dead.Add(layer);
            Bury(dead);
        });
        foreach (Snapshot snapshot in dropped)
            dataset.SnapshotList.Remove(snapshot);
        Forget(dead);
        target.Layer.Children.Add(top);
        layers.Add(top.Id, top);
        top.Dataset = dataset;
        Volatile.Write(ref dataset.Top, top);
        dataset.Referenced = target.Referenced;
        dataset.Recount();
        groups.Wake();
    }

    private static void CheckClosed(Dataset dataset)
    {
        if (dataset.Changes is not null)
            throw new PoolException($"the dataset '{dataset.Name}' is open", Errno.EBUSY);
    }
}
