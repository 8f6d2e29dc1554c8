using Zonix.Abi;
using Zonix.Storage.Groups;
using Zonix.Storage.Layers;
using Zonix.Storage.Sql;

namespace Zonix.Storage;

/// <content>Datasets: making, cloning, renaming, setting.</content>
public sealed partial class Pool
{
    private const int NameMax = 255;

    /// <summary>Makes an empty dataset, whose root directory belongs to root. The datasets that its name says it is below need not exist. EEXIST.</summary>
    public Dataset Create(string name, DatasetProperties? properties = null)
    {
        lock (Gate)
        {
            CheckNew(name);
            var top = new Layer(++lastLayer, null);
            long now = NowNs();
            var made = new Dataset(this, ++lastDataset, name, top) { Created = Time(now), Properties = properties ?? new(), NextInode = LayerTree.RootInode + 1 };
            var root = new InodeChange
            {
                Inode = LayerTree.RootInode, Mode = 0x41ED /* a directory, rwxr-xr-x */, Links = 2, AccessNs = now, ModifyNs = now, ChangeNs = now, BirthNs = now,
            };
            writer.Transact(durable: false, () =>
            {
                InsertLayer(top);
                writer.Put(top.Id, root);
                InsertDataset(made);
            });
            Add(made);
            return made;
        }
    }

    /// <summary>Makes a dataset that begins as the snapshot is. Takes the same short time whatever there is in it.</summary>
    public Dataset Clone(string snapshot, string name, DatasetProperties? properties = null)
    {
        lock (Gate)
        {
            Snapshot origin = ExistingSnapshot(snapshot);
            CheckNew(name);
            var top = new Layer(++lastLayer, origin.Layer);
            var made = new Dataset(this, ++lastDataset, name, top)
            {
                Created = Time(NowNs()), Properties = properties ?? new(), Origin = origin, NextInode = origin.NextInode, Referenced = origin.Referenced,
            };
            writer.Transact(durable: false, () =>
            {
                InsertLayer(top);
                InsertDataset(made);
            });
            Add(made);
            origin.Layer.Children.Add(top);
            origin.AddClone(made);
            return made;
        }
    }

    /// <summary>Gives a dataset, and those below it, another name. EEXIST, ENOENT.</summary>
    public void Rename(string name, string newName)
    {
        lock (Gate)
        {
            Existing(name);
            if (IsBelow(newName, name))
                throw new PoolException($"'{name}' cannot be moved below itself", Errno.EINVAL);
            CheckNew(newName);
            Dataset[] moved = [.. datasets.Values.Where(d => d.Name == name || IsBelow(d.Name, name))];
            writer.Transact(durable: true, () =>
            {
                using var update = new Statement(writer.Database, "UPDATE datasets SET name = ? WHERE id = ?");
                foreach (Dataset d in moved)
                    update.Bind(1, newName + d.Name[name.Length..]).Bind(2, d.Id).Run();
            });
            foreach (Dataset d in moved)
            {
                datasets.Remove(d.Name);
                d.Name = newName + d.Name[name.Length..];
            }
            foreach (Dataset d in moved)
                datasets.Add(d.Name, d);
        }
    }

    /// <summary>Sets properties; those of the user that are not in the new ones are gone.</summary>
    public void Configure(string name, DatasetProperties properties)
    {
        lock (Gate)
        {
            Dataset dataset = Existing(name);
            writer.Transact(durable: true, () => UpdateProperties(dataset.Id, properties));
            dataset.Properties = properties;
        }
    }

    /// <summary>
    /// Takes hold of a dataset for its open file system. EBUSY while another has it. Ends with <see cref="Detach"/>.
    /// </summary>
    public LayerTree Attach(Dataset dataset, IDatasetChanges changes)
    {
        lock (Gate)
        {
            if (isClosed || dataset.IsDestroyed)
                throw new PoolException($"the dataset '{dataset.Name}' does not exist any more", Errno.ENOENT);
            if (dataset.Changes is not null)
                throw new PoolException($"the dataset '{dataset.Name}' is open already", Errno.EBUSY);
            var tree = new LayerTree(reader, dataset.Top.Id, dataset.Top.Parent is null ? null : SharedTree(dataset.Top.Parent));
            tree.LoadOwn();
            dataset.Changes = changes;
            attached.Add(dataset);
            topTrees[dataset.Id] = tree;
            return tree;
        }
    }

    /// <summary>The file system is closed; what it has not handed over is lost.</summary>
    public void Detach(Dataset dataset)
    {
        lock (Gate)
        {
            dataset.Changes = null;
            dataset.AddUncommitted(-dataset.Uncommitted);
            attached.Remove(dataset);
            topTrees.Remove(dataset.Id);
        }
    }

    private readonly HashSet<Dataset> attached = [];
    private readonly Dictionary<long, LayerTree> topTrees = [];

    private void Add(Dataset dataset)
    {
        datasets.Add(dataset.Name, dataset);
        layers.Add(dataset.Top.Id, dataset.Top);
    }

    private void CheckNew(string name)
    {
        CheckName(name);
        if (datasets.ContainsKey(name))
            throw new PoolException($"there is a dataset '{name}' already", Errno.EEXIST);
    }

    private static void CheckName(string name)
    {
        bool good = name.Length is > 0 and <= NameMax;
        foreach (string part in name.Split('/'))
            good &= part.Length > 0 && part is not "." and not ".." && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':' or '+');
        if (!good)
            throw new PoolException($"'{name}' is no name of a dataset: parts of letters, digits and -_.:+ with / between them", Errno.EINVAL);
    }

    private void InsertLayer(Layer layer) => writer.AddLayer.Bind(1, layer.Id).BindNumber(2, layer.Parent?.Id).Run();

    private void InsertDataset(Dataset d)
    {
        using var insert = new Statement(
            writer.Database, "INSERT INTO datasets (id, name, layer, origin, next_inode, referenced, created) VALUES (?, ?, ?, ?, ?, ?, ?)");
        insert.Bind(1, d.Id).Bind(2, d.Name).Bind(3, d.Top.Id).BindNumber(4, d.Origin?.Id).Bind(5, d.NextInode)
            .Bind(6, d.Referenced).Bind(7, (d.Created - DateTimeOffset.UnixEpoch).Ticks * 100).Run();
        UpdateProperties(d.Id, d.Properties);
    }

    private void UpdateProperties(long id, DatasetProperties p)
    {
        using var update = new Statement(writer.Database, "UPDATE datasets SET quota = ?, sync = ?, readonly = ?, shares = ? WHERE id = ?");
        update.Bind(1, p.Quota).Bind(2, (long)p.Sync).Bind(3, p.ReadOnly ? 1 : 0).Bind(4, p.SharesContents ? 1 : 0).Bind(5, id).Run();
        using var clear = new Statement(writer.Database, "DELETE FROM properties WHERE dataset = ?");
        clear.Bind(1, id).Run();
        if (p.User.Count == 0)
            return;
        using var insert = new Statement(writer.Database, "INSERT INTO properties (dataset, key, value) VALUES (?, ?, ?)");
        foreach ((string key, string value) in p.User)
            insert.Bind(1, id).Bind(2, key).Bind(3, value).Run();
    }
}
