using Zonix.Storage.Contents;
using Zonix.Storage.Layers;

namespace Zonix.Storage.Sql;

/// <summary>The connection that trees and contents are read through: it sees what is committed. Any thread.</summary>
internal sealed class Reader : IDisposable
{
    /// <summary>Of an inode, as <see cref="Node"/> reads them.</summary>
    public const string Columns =
        "i.layer, i.inode, i.mode, i.uid, i.gid, i.links, i.flags, i.rdev, i.size, i.stored, i.atime, i.mtime, i.ctime, i.btime, i.content, i.target, i.attributes";

    private readonly Database database;

    private readonly Statement findNode, directory, names, layerInodes, findContent, contentData, contentHash;

    public Reader(string path)
    {
        database = Database.Open(path, readOnly: true);
        database.Execute("PRAGMA busy_timeout = 10000; PRAGMA cache_size = -4096");
        findNode = database.Prepare($"SELECT {Columns} FROM inodes i WHERE i.layer = ? AND i.inode = ?");
        directory = database.Prepare(
            $"SELECT {Columns}, n.name, n.inode FROM names n LEFT JOIN inodes i ON i.layer = n.layer AND i.inode = n.inode " +
            "WHERE n.layer = ? AND n.parent = ? AND n.inode != 0 ORDER BY n.name");
        names = database.Prepare("SELECT name, inode FROM names WHERE layer = ? AND parent = ? ORDER BY name");
        layerInodes = database.Prepare("SELECT inode, links FROM inodes WHERE layer = ? ORDER BY inode");
        findContent = database.Prepare("SELECT layer, state, length, data IS NOT NULL FROM contents WHERE id = ?");
        contentHash = database.Prepare("SELECT hash FROM contents WHERE id = ?");
        contentData = database.Prepare("SELECT data FROM contents WHERE id = ?");
    }

    public Database Database => database;

    /// <summary>Held while something is read that must not be moved to another layer meanwhile.</summary>
    public Lock Gate { get; } = new();

    /// <summary>An inode of a layer; null when it has none, or says that it is gone.</summary>
    public TreeNode? FindNode(long layer, ulong inode)
    {
        lock (Gate)
        {
            TreeNode? node = findNode.Bind(1, layer).Bind(2, inode).Step() ? Node(findNode) : null;
            findNode.Reset();
            return node is { Mode: 0 } ? null : node;
        }
    }

    /// <summary>All entries of a directory in the lowest layer.</summary>
    public TreeDirectory Directory(long layer, ulong inode)
    {
        lock (Gate)
        {
            var all = new List<byte[]>();
            var nodes = new List<TreeNode>();
            directory.Bind(1, layer).Bind(2, inode);
            while (directory.Step())
            {
                byte[] name = directory.Bytes(17) ?? [];
                if (directory.IsNull(0))
                {
                    ulong missing = directory.ULong(18);
                    directory.Reset();
                    throw new PoolException(
                        $"layer {layer} of the pool: '{System.Text.Encoding.UTF8.GetString(name)}' in directory {inode} is inode {missing}, which is missing");
                }
                all.Add(name);
                nodes.Add(Node(directory));
            }
            return all.Count == 0 ? TreeDirectory.Empty : new TreeDirectory([.. all], [.. nodes]);
        }
    }

    public List<(byte[] Name, ulong Inode)> Names(long layer, ulong parent)
    {
        lock (Gate)
        {
            var all = new List<(byte[], ulong)>();
            names.Bind(1, layer).Bind(2, parent);
            while (names.Step())
                all.Add((names.Bytes(0) ?? [], names.ULong(1)));
            return all;
        }
    }

    /// <summary>The numbers of a layer's inodes in order, and of those that have no name.</summary>
    public ulong[] LayerInodes(long layer, out List<ulong> orphans)
    {
        lock (Gate)
        {
            var all = new List<ulong>();
            orphans = [];
            layerInodes.Bind(1, layer);
            while (layerInodes.Step())
            {
                all.Add(layerInodes.ULong(0));
                if (layerInodes.Long(1) == 0)
                    orphans.Add(layerInodes.ULong(0));
            }
            return [.. all];
        }
    }

    public Content? FindContent(long id, ContentStore store)
    {
        lock (Gate)
        {
            Content? found = null;
            if (findContent.Bind(1, id).Step())
            {
                found = new Content(
                    store, id, findContent.Long(0), (ContentState)findContent.Long(1), findContent.Long(2), findContent.Long(3) != 0)
                {
                    IsCommitted = true,
                };
            }
            findContent.Reset();
            return found;
        }
    }

    public byte[]? ContentData(long id)
    {
        lock (Gate)
        {
            byte[]? data = contentData.Bind(1, id).Step() ? contentData.Bytes(0) : null;
            contentData.Reset();
            return data;
        }
    }

    /// <summary>The checksum of a content; null while it has none.</summary>
    public byte[]? ContentHash(long id)
    {
        lock (Gate)
        {
            byte[]? hash = contentHash.Bind(1, id).Step() ? contentHash.Bytes(0) : null;
            contentHash.Reset();
            return hash;
        }
    }

    public void Dispose() => database.Dispose();

    internal static TreeNode Node(Statement row) => new()
    {
        Layer = row.Long(0),
        Inode = row.ULong(1),
        Mode = (uint)row.Long(2),
        Uid = (uint)row.Long(3),
        Gid = (uint)row.Long(4),
        Links = (uint)row.Long(5),
        Flags = (uint)row.Long(6),
        Rdev = row.ULong(7),
        Size = row.Long(8),
        Stored = row.Long(9),
        AccessNs = row.Long(10),
        ModifyNs = row.Long(11),
        ChangeNs = row.Long(12),
        BirthNs = row.Long(13),
        Content = row.Long(14),
        Target = row.Bytes(15),
        Attributes = row.Bytes(16),
    };
}
