using Zonix.Storage.Layers;
using Zonix.Storage.Sql;

namespace Zonix.Storage;

/// <content>What is known of datasets, snapshots and layers is in memory; it is read when the pool is opened.</content>
public sealed partial class Pool
{
    private void Load()
    {
        LoadLayers();
        LoadDatasets();
        LoadSnapshots();
        LoadOrigins();
        LoadProperties();
        foreach (Dataset dataset in datasets.Values)
            dataset.Recount();
    }

    private void LoadLayers()
    {
        var parents = new List<(Layer Layer, long Parent)>();
        using (var rows = new Statement(writer.Database, "SELECT id, parent, bytes FROM layers"))
        {
            while (rows.Step())
            {
                var layer = new Layer(rows.Long(0), null) { Bytes = rows.Long(2) };
                layers.Add(layer.Id, layer);
                lastLayer = Math.Max(lastLayer, layer.Id);
                if (!rows.IsNull(1))
                    parents.Add((layer, rows.Long(1)));
            }
        }
        foreach ((Layer layer, long parent) in parents)
        {
            layer.Parent = LayerOf(parent, $"layer {layer.Id}");
            layer.Parent.Children.Add(layer);
        }
        lastLayer = Math.Max(lastLayer, writer.Database.Number("SELECT max(id) FROM dead_layers") ?? 0);
    }

    private void LoadDatasets()
    {
        using var rows = new Statement(
            writer.Database, "SELECT id, name, layer, next_inode, referenced, created, quota, sync, readonly, shares FROM datasets");
        while (rows.Step())
        {
            string name = rows.Text(1);
            var dataset = new Dataset(this, rows.Long(0), name, LayerOf(rows.Long(2), $"dataset '{name}'"))
            {
                NextInode = rows.ULong(3),
                Referenced = rows.Long(4),
                Created = Time(rows.Long(5)),
                Properties = new DatasetProperties
                {
                    Quota = rows.Long(6), Sync = (SyncMode)rows.Long(7), ReadOnly = rows.Long(8) != 0, SharesContents = rows.Long(9) != 0,
                },
            };
            datasets.Add(name, dataset);
            lastDataset = Math.Max(lastDataset, dataset.Id);
        }
    }

    private void LoadSnapshots()
    {
        Dictionary<long, Dataset> byId = datasets.Values.ToDictionary(d => d.Id);
        using var rows = new Statement(
            writer.Database, "SELECT id, dataset, name, layer, next_inode, referenced, created, guid FROM snapshots ORDER BY id");
        while (rows.Step())
        {
            lastSnapshot = Math.Max(lastSnapshot, rows.Long(0));
            string name = rows.Text(2);
            if (!byId.TryGetValue(rows.Long(1), out Dataset? dataset))
                throw new PoolException($"{writer.Database.Path}: snapshot '{name}' belongs to dataset {rows.Long(1)}, which is missing");
            dataset.SnapshotList.Add(new Snapshot(rows.Long(0), dataset, name, LayerOf(rows.Long(3), $"snapshot '{dataset.Name}@{name}'"))
            {
                NextInode = rows.ULong(4), Referenced = rows.Long(5), Created = Time(rows.Long(6)), Guid = new Guid(rows.Blob(7)),
            });
        }
    }

    private void LoadOrigins()
    {
        Dictionary<long, Dataset> byId = datasets.Values.ToDictionary(d => d.Id);
        Dictionary<long, Snapshot> snapshots = datasets.Values.SelectMany(d => d.SnapshotList).ToDictionary(s => s.Id);
        using var rows = new Statement(writer.Database, "SELECT id, origin FROM datasets WHERE origin IS NOT NULL");
        while (rows.Step())
        {
            Dataset dataset = byId[rows.Long(0)];
            dataset.Origin = snapshots.GetValueOrDefault(rows.Long(1)) ??
                throw new PoolException($"{writer.Database.Path}: dataset '{dataset.Name}' was cloned from snapshot {rows.Long(1)}, which is missing");
            dataset.Origin.AddClone(dataset);
        }
    }

    private void LoadProperties()
    {
        Dictionary<long, Dataset> byId = datasets.Values.ToDictionary(d => d.Id);
        using var rows = new Statement(writer.Database, "SELECT dataset, key, value FROM properties");
        while (rows.Step())
        {
            if (byId.TryGetValue(rows.Long(0), out Dataset? dataset))
                dataset.Properties = dataset.Properties with { User = new Dictionary<string, string>(dataset.Properties.User) { [rows.Text(1)] = rows.Text(2) } };
        }
    }

    // What a crash has left behind.
    private void Recover()
    {
        int thrownAway = Contents.Recover(id => writer.Database.Number($"SELECT 1 FROM contents WHERE id = {id}") is not null);
        if (thrownAway > 0)
            Options.Log($"{Directory}: {thrownAway} contents that no group had taken in were thrown away");
    }

    private Layer LayerOf(long id, string whose) => layers.GetValueOrDefault(id) ??
        throw new PoolException($"{writer.Database.Path}: {whose} refers to layer {id}, which is missing");

    private static DateTimeOffset Time(long ns) => DateTimeOffset.UnixEpoch.AddTicks(ns / 100);

    private static long NowNs() => (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * 100;
}
