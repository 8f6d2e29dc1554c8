using System.Globalization;
using Zonix.Abi;
using Zonix.Storage.Contents;
using Zonix.Storage.Groups;
using Zonix.Storage.Layers;
using Zonix.Storage.Sql;
using Zonix.Storage.Streams;

namespace Zonix.Storage;

/// <content>Snapshots as streams, to other pools.</content>
public sealed partial class Pool
{
    private const int CompressionLevel = 3;

    // Layers that streams are being taken into.
    private readonly HashSet<long> receiving = [];

    /// <summary>
    /// Writes a snapshot as a stream, compressed and with checksums; with <paramref name="from"/>, an older snapshot of the same
    /// dataset (or the one it was cloned from), only what has changed since. Nothing is sought in the stream: it may be a pipe.
    /// </summary>
    public void Send(string snapshot, string? from, Stream output, CancellationToken cancellation = default)
    {
        Snapshot sent, origin;
        long[] chain, below;
        SnapshotSender sender;
        output.Write(StreamHeader.Magic);
        using var compressed = new ZstdSharp.CompressionStream(output, CompressionLevel, leaveOpen: true);
        lock (Gate)
        {
            sent = ExistingSnapshot(snapshot);
            origin = from is null ? sent : ExistingSnapshot(from);
            chain = Chain(sent.Layer);
            int length = from is null ? 0 : Array.IndexOf(chain, origin.Layer.Id) + 1;
            if (from is not null && (length == 0 || ReferenceEquals(origin, sent)))
                throw new PoolException($"'{snapshot}' does not go on from '{from}'", Errno.EINVAL);
            (below, chain) = (chain[..length], chain[length..]);
            sender = new SnapshotSender(Contents, writer.Database.Path, compressed, cancellation);
            sent.Hold();
            origin.Hold();
        }
        try
        {
            Array.Reverse(chain);
            var header = new StreamHeader(
                sent.Dataset.Name, sent.ShortName, sent.Guid, from is null ? Guid.Empty : origin.Guid,
                (sent.Created - DateTimeOffset.UnixEpoch).Ticks * 100, sent.NextInode, sent.Referenced, sent.Dataset.Properties.SharesContents);
            sender.Send(header, chain, below.Length == 0 ? null : sender.Tree(below));
        }
        finally
        {
            sender.Dispose();
            sent.Release();
            origin.Release();
        }
    }

    /// <summary>
    /// Takes a stream in: a full one becomes a new dataset of this name (null: of the name it had), one of changes goes onto the
    /// dataset, whose newest snapshot must be the one it begins from, with nothing changed since. All of it or nothing.
    /// </summary>
    public Snapshot Receive(Stream input, string? name = null, DatasetProperties? properties = null)
    {
        Span<byte> magic = stackalloc byte[StreamHeader.Magic.Length];
        if (input.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) < magic.Length || !magic[..^1].SequenceEqual(StreamHeader.Magic[..^1]))
            throw new PoolException("this is not a stream of a snapshot: it does not begin as one", Errno.EINVAL);
        if (magic[^1] != StreamHeader.Magic[^1])
            throw new PoolException($"the stream has version {magic[^1]}; this program knows version {StreamHeader.Magic[^1]}", Errno.EINVAL);
        using var plain = new ZstdSharp.DecompressionStream(input, leaveOpen: true);
        var records = new RecordReader(plain);
        if (records.Next(out BinaryReader payload) != RecordKind.Begin)
            throw records.Broken("it does not say what it is");
        StreamHeader header = StreamHeader.Read(payload);
        return header.IsIncremental ? ReceiveChanges(records, header, name ?? header.Dataset) : ReceiveAll(records, header, name ?? header.Dataset, properties);
    }

    /// <summary>A part of a stream: contents, inodes, names.</summary>
    internal void WriteReceived(
        long layer, List<(Content Content, byte[] Hash, byte[]? Bytes)> contents, List<InodeChange> inodes, List<NameChange> names)
    {
        lock (Gate)
        {
            writer.Transact(durable: false, () =>
            {
                foreach ((Content content, byte[] hash, byte[]? bytes) in contents)
                    writer.PutContent.Bind(1, content.Id).Bind(2, layer).Bind(3, (long)content.State).Bind(4, content.Length).Bind(5, hash).Bind(6, bytes).Run();
                foreach (InodeChange inode in inodes)
                    writer.Put(layer, inode);
                foreach (NameChange entry in names)
                    writer.PutName.Bind(1, layer).Bind(2, entry.Parent).Bind(3, entry.Name).Bind(4, entry.Inode).Run();
            });
            foreach ((Content content, _, byte[]? bytes) in contents)
            {
                if (bytes is null)
                    Contents.Place(content);
                else
                    content.IsCommitted = true;
            }
        }
    }

    /// <summary>What a layer that stands alone says of something that is not there; null: it is whole.</summary>
    internal string? FindDangling(long layer)
    {
        lock (Gate)
        {
            if (writer.Database.Number($"SELECT mode & 61440 FROM inodes WHERE layer = {layer} AND inode = {LayerTree.RootInode}") != 0x4000)
                return "there is no root directory";
            return writer.Database.Number(
                $"SELECT n.inode FROM names n WHERE n.layer = {layer} AND (NOT EXISTS (SELECT 1 FROM inodes i WHERE i.layer = n.layer AND i.inode = n.inode) " +
                $"OR NOT EXISTS (SELECT 1 FROM inodes p WHERE p.layer = n.layer AND p.inode = n.parent AND p.mode & 61440 = 16384)) LIMIT 1") is { } inode
                ? $"a name leads to inode {inode}, which has not come, or lies in what is no directory"
                : null;
        }
    }

    private Snapshot ReceiveAll(RecordReader records, StreamHeader header, string name, DatasetProperties? properties)
    {
        lock (Gate)
            CheckNew(name);
        CheckName(header.Snapshot);
        return Receive(records, header, null, (layer, stored) =>
        {
            CheckNew(name);
            var frozen = new Layer(layer, null) { Bytes = stored };
            var top = new Layer(++lastLayer, frozen);
            var made = new Dataset(this, ++lastDataset, name, top)
            {
                Created = Time(NowNs()), Properties = properties ?? new() { SharesContents = header.SharesContents }, NextInode = header.NextInode, Referenced = header.Referenced,
            };
            return (made, frozen, top, IsNew: true);
        });
    }

    private Snapshot ReceiveChanges(RecordReader records, StreamHeader header, string name)
    {
        Dataset dataset;
        LayerTree from;
        lock (Gate)
        {
            dataset = Existing(name);
            CheckBase(dataset, header);
            from = SharedTree(dataset.SnapshotList[^1].Layer);
        }
        CheckName(header.Snapshot);
        return Receive(records, header, from, (layer, stored) =>
        {
            CheckBase(dataset, header);
            var frozen = new Layer(layer, dataset.SnapshotList[^1].Layer) { Bytes = stored };
            return (dataset, frozen, new Layer(++lastLayer, frozen), IsNew: false);
        });
    }

    // Under the gate.
    private void CheckBase(Dataset dataset, StreamHeader header)
    {
        if (dataset.IsDestroyed)
            throw new PoolException($"there is no dataset '{dataset.Name}'", Errno.ENOENT);
        CheckClosed(dataset);
        if (dataset.SnapshotList.Count == 0 || dataset.SnapshotList[^1].Guid != header.From)
            throw new PoolException($"the newest snapshot of '{dataset.Name}' is not the one that the stream begins from", Errno.EINVAL);
        if (dataset.SnapshotList.Exists(s => s.ShortName == header.Snapshot))
            throw new PoolException($"there is a snapshot '{dataset.Name}@{header.Snapshot}' already", Errno.EEXIST);
        if (writer.Database.Number($"SELECT 1 FROM inodes WHERE layer = {dataset.Top.Id} LIMIT 1") is not null)
            throw new PoolException($"'{dataset.Name}' was changed since its newest snapshot; roll it back first", Errno.EBUSY);
    }

    private Snapshot Receive(
        RecordReader records, StreamHeader header, LayerTree? from, Func<long, long, (Dataset Dataset, Layer Frozen, Layer Top, bool IsNew)> prepare)
    {
        long layer;
        lock (Gate)
        {
            layer = ++lastLayer;
            receiving.Add(layer);
            writer.Transact(durable: false, () => writer.Database.Execute($"INSERT INTO dead_layers (id) VALUES ({layer})"));
        }
        var receiver = new SnapshotReceiver(this, records, header, layer, from);
        try
        {
            receiver.Run();
            Contents.Sync();
            lock (Gate)
            {
                (Dataset dataset, Layer frozen, Layer top, bool isNew) = prepare(layer, receiver.Stored);
                return Publish(header, dataset, frozen, top, isNew);
            }
        }
        catch
        {
            receiver.Abandon();
            throw;
        }
        finally
        {
            lock (Gate)
            {
                receiving.Remove(layer);
                hasDeadLayers = true;
            }
            groups.Wake();
        }
    }

    // Under the gate: what has come is seen from now on.
    private Snapshot Publish(StreamHeader header, Dataset dataset, Layer frozen, Layer top, bool isNew)
    {
        long id = ++lastSnapshot;
        Layer? old = isNew ? null : dataset.Top;
        writer.Transact(durable: true, () =>
        {
            writer.Database.Execute($"DELETE FROM dead_layers WHERE id = {frozen.Id}");
            InsertLayer(frozen);
            writer.SetLayerBytes.Bind(1, frozen.Bytes).Bind(2, frozen.Id).Run();
            InsertLayer(top);
            if (isNew)
                InsertDataset(dataset);
            else
                Bury([old!]);
            writer.SetDataset.Bind(1, top.Id).Bind(2, header.NextInode).Bind(3, header.Referenced).Bind(4, dataset.Id).Run();
            InsertSnapshot(id, dataset, header.Snapshot, frozen, header.NextInode, header.Referenced, header.CreatedNs, header.Guid);
        });
        if (old is not null)
            Forget([old]);
        layers.Add(frozen.Id, frozen);
        frozen.Parent?.Children.Add(frozen);
        frozen.Children.Add(top);
        if (isNew)
        {
            Add(dataset);
        }
        else
        {
            layers.Add(top.Id, top);
            top.Dataset = dataset;
            Volatile.Write(ref dataset.Top, top);
        }
        (dataset.NextInode, dataset.Referenced) = (header.NextInode, header.Referenced);
        var made = new Snapshot(id, dataset, header.Snapshot, frozen)
        {
            Created = Time(header.CreatedNs), Guid = header.Guid, NextInode = header.NextInode, Referenced = header.Referenced,
        };
        dataset.SnapshotList.Add(made);
        dataset.Recount();
        return made;
    }

    private void InsertSnapshot(
        long id, Dataset dataset, string name, Layer layer, ulong nextInode, long referenced, long createdNs, Guid guid)
    {
        using var insert = new Statement(
            writer.Database, "INSERT INTO snapshots (id, dataset, name, layer, next_inode, referenced, created, guid) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
        insert.Bind(1, id).Bind(2, dataset.Id).Bind(3, name).Bind(4, layer.Id).Bind(5, nextInode).Bind(6, referenced).Bind(7, createdNs).Bind(8, guid.ToByteArray()).Run();
    }
}
