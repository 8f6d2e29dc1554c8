using System.Buffers;
using System.Globalization;
using Zonix.Abi;
using Zonix.Host.Files;
using Zonix.Storage.Contents;
using Zonix.Storage.Layers;
using Zonix.Storage.Sql;

namespace Zonix.Storage.Streams;

/// <summary>Writes a snapshot, or what has changed from one to another, as a stream. Reads by a connection of its own.</summary>
internal sealed class SnapshotSender : IDisposable
{
    private const int ChunkSize = 256 * 1024, SEEK_DATA = 3, SEEK_HOLE = 4;
    private readonly ContentStore store;
    private readonly Reader reader;
    private readonly RecordWriter records;
    private readonly Dictionary<long, int> sent = [];
    private readonly CancellationToken cancellation;

    public SnapshotSender(ContentStore store, string database, Stream output, CancellationToken cancellation)
    {
        this.store = store;
        this.cancellation = cancellation;
        reader = new Reader(database);
        reader.Database.Execute("BEGIN");
        reader.Database.Number("SELECT count(*) FROM layers");
        records = new RecordWriter(output);
    }

    /// <summary><paramref name="layers"/> are those to be sent, the top-most first; <paramref name="from"/> is the tree below them that is there already.</summary>
    public void Send(StreamHeader header, long[] layers, LayerTree? from)
    {
        header.Write(records.Begin());
        records.End(RecordKind.Begin);
        for (int i = 0; i < layers.Length; i++)
            SendInodes(layers[i], layers[..i], from);
        for (int i = 0; i < layers.Length; i++)
            SendNames(layers[i], layers[..i], isIncremental: from is not null);
        BinaryWriter end = records.Begin();
        end.Write(records.Count);
        records.End(RecordKind.End);
    }

    /// <summary>The tree of a chain of layers as this connection sees it, the lowest first.</summary>
    public LayerTree Tree(long[] chain)
    {
        LayerTree? tree = null;
        foreach (long layer in chain)
            tree = new LayerTree(reader, layer, tree);
        return tree!;
    }

    public void Dispose()
    {
        records.Dispose();
        reader.Dispose();
    }

    private void SendInodes(long layer, long[] above, LayerTree? from)
    {
        using var rows = new Statement(reader.Database,
            $"SELECT {Reader.Columns} FROM inodes i WHERE i.layer = {layer} AND i.links > 0 AND NOT EXISTS " +
            $"(SELECT 1 FROM inodes a WHERE a.layer IN ({List(above)}) AND a.inode = i.inode) ORDER BY i.inode");
        while (rows.Step())
        {
            cancellation.ThrowIfCancellationRequested();
            TreeNode node = Reader.Node(rows);
            if (node.Mode == 0 && from is null)
                continue;
            SendInode(node, from);
        }
    }

    private void SendInode(TreeNode node, LayerTree? from)
    {
        int content = 0;
        if (node.Content != 0)
            content = from?.Find(node.Inode)?.Content == node.Content ? SnapshotReceiver.SameContent : SendContent(node);
        BinaryWriter to = records.Begin();
        to.Write(node.Inode);
        to.Write(node.Mode);
        to.Write(node.Uid);
        to.Write(node.Gid);
        to.Write(node.Links);
        to.Write(node.Flags);
        to.Write(node.Rdev);
        to.Write(node.Size);
        to.Write(node.AccessNs);
        to.Write(node.ModifyNs);
        to.Write(node.ChangeNs);
        to.Write(node.BirthNs);
        to.Write(content);
        WriteBytes(to, node.Target);
        WriteBytes(to, node.Attributes);
        records.End(RecordKind.Inode);
    }

    private int SendContent(TreeNode node)
    {
        if (sent.TryGetValue(node.Content, out int known))
            return known;
        int number = sent.Count + 1;
        sent.Add(node.Content, number);
        if (reader.FindContent(node.Content, store) is not { } content)
            throw new PoolException($"inode {node.Inode}: its content {node.Content} is missing in the pool");
        if (content.IsSmall)
            SendBytes(number, node, reader.ContentData(content.Id) ?? []);
        else
            SendFile(number, node, content.Id);
        return number;
    }

    private void SendBytes(int number, TreeNode node, byte[] bytes)
    {
        byte[] hash = ContentHash.Of(bytes);
        CheckHash(node, hash);
        WriteContent(number, bytes.Length, hash);
        WriteData(0, bytes);
    }

    private void SendFile(int number, TreeNode node, long id)
    {
        Errno e = store.OpenUnshared(id, out HostFile? file);
        if (e != 0)
            throw new PoolException($"{store.FileOf(id)}: the content of inode {node.Inode} cannot be opened ({e})");
        using (file)
        {
            long length = ContentHash.Of(file!, out byte[] hash);
            if (length < 0)
                throw new PoolException($"{store.FileOf(id)}: the content of inode {node.Inode} cannot be read ({(Errno)(-length)})");
            CheckHash(node, hash);
            WriteContent(number, length, hash);
            byte[] chunk = ArrayPool<byte>.Shared.Rent(ChunkSize);
            try
            {
                SendData(file!, length, chunk.AsSpan(0, ChunkSize));
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(chunk);
            }
        }
    }

    private void SendData(HostFile file, long length, Span<byte> chunk)
    {
        for (long at = 0; at < length;)
        {
            cancellation.ThrowIfCancellationRequested();
            long data = file.Seek(at, SEEK_DATA);
            if (data < 0)
                break;
            long end = file.Seek(data, SEEK_HOLE);
            end = end < 0 ? length : Math.Min(end, length);
            for (at = data; at < end;)
            {
                long got = ContentHash.ReadFully(file, chunk[..(int)Math.Min(chunk.Length, end - at)], at);
                if (got <= 0)
                    throw new PoolException($"a content cannot be read at byte {at} ({(Errno)(-got)})");
                WriteData(at, chunk[..(int)got]);
                at += got;
            }
        }
    }

    // What is damaged is not passed on.
    private void CheckHash(TreeNode node, byte[] hash)
    {
        if (reader.ContentHash(node.Content) is { } known && !known.AsSpan().SequenceEqual(hash))
            throw new PoolException($"inode {node.Inode}: the bytes of its content {node.Content} do not fit its checksum; see scrub");
    }

    private void WriteContent(int number, long length, byte[] hash)
    {
        BinaryWriter to = records.Begin();
        to.Write(number);
        to.Write(length);
        to.Write(hash);
        records.End(RecordKind.Content);
    }

    private void WriteData(long offset, ReadOnlySpan<byte> bytes)
    {
        BinaryWriter to = records.Begin();
        to.Write(offset);
        to.Write(bytes);
        records.End(RecordKind.Data);
    }

    private void SendNames(long layer, long[] above, bool isIncremental)
    {
        string higher = List(above), all = List([.. above, layer]);
        using var rows = new Statement(reader.Database,
            $"SELECT n.parent, n.inode, n.name FROM names n WHERE n.layer = {layer} AND NOT EXISTS " +
            $"(SELECT 1 FROM names a WHERE a.layer IN ({higher}) AND a.parent = n.parent AND a.name = n.name) AND NOT EXISTS " +
            $"(SELECT 1 FROM inodes d WHERE d.layer IN ({all}) AND d.inode = n.parent AND d.mode = 0)" +
            (isIncremental ? "" : " AND n.inode != 0"));
        while (rows.Step())
        {
            cancellation.ThrowIfCancellationRequested();
            BinaryWriter to = records.Begin();
            to.Write(rows.ULong(0));
            to.Write(rows.ULong(1));
            WriteBytes(to, rows.Bytes(2));
            records.End(RecordKind.Name);
        }
    }

    private static void WriteBytes(BinaryWriter to, byte[]? bytes)
    {
        to.Write(bytes?.Length ?? 0);
        to.Write(bytes ?? []);
    }

    private static string List(long[] layers) => string.Join(',', layers.Select(l => l.ToString(CultureInfo.InvariantCulture)));
}
