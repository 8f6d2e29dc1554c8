using System.Text;
using Zonix.Abi;
using Zonix.Host.Files;
using Zonix.Storage.Contents;
using Zonix.Storage.Layers;
using Zonix.Storage.Sql;

namespace Zonix.Storage.Scrubbing;

/// <summary>
/// Looks at everything in a pool: the database's own structure, each content's bytes, each tree from its root, and files that belong
/// to nothing. Works on a connection of its own, in what it sees as one state; the pool is in use meanwhile.
/// </summary>
internal sealed class Scrubber : IDisposable
{
    private const uint TypeMask = 0xF000, Directory = 0x4000, Regular = 0x8000;
    private readonly Pool pool;
    private readonly Reader reader;
    private readonly List<ScrubFinding> findings = [];
    private readonly Dictionary<long, string> damaged = [];
    private readonly HashSet<long> known = [];
    private readonly HashSet<long> reported = [];
    private readonly Dictionary<long, LayerTree> trees = [];
    private readonly CancellationToken cancellation;
    private int contents, unsettled, inodes;
    private long bytes;
    private bool knowsContents;

    public Scrubber(Pool pool, string database, CancellationToken cancellation)
    {
        this.pool = pool;
        this.cancellation = cancellation;
        reader = new Reader(database);
    }

    public ScrubReport Run(IReadOnlyList<(string Name, long[] Layers)> shown)
    {
        string database = reader.Database.Path;
        Guard(database, CheckStructure);
        Guard(database, CheckReferences);
        knowsContents = Guard(database, CheckContents);
        foreach ((string name, long[] layers) in shown)
            Guard(name, () => CheckTree(name, layers));
        foreach ((long id, string what) in damaged.Where(d => !reported.Contains(d.Key)))
            findings.Add(new ScrubFinding($"content {id}", what + " (no dataset shows it)"));
        if (knowsContents)
            Guard(database, CheckFiles);
        return new ScrubReport(contents, bytes, unsettled, inodes, findings);
    }

    public void Dispose() => reader.Dispose();

    /// <summary>From here on it sees one state.</summary>
    public void Begin()
    {
        reader.Database.Execute("BEGIN");
        reader.Database.Number("SELECT count(*) FROM layers");
    }

    // What cannot be looked at is a finding too, and the rest is looked at all the same.
    private bool Guard(string where, Action check)
    {
        try
        {
            check();
            return true;
        }
        catch (PoolException e)
        {
            findings.Add(new ScrubFinding(where, e.Message));
            return false;
        }
    }

    private void CheckStructure()
    {
        foreach (string line in reader.Database.Texts("PRAGMA integrity_check(20)"))
        {
            if (line != "ok")
                findings.Add(new ScrubFinding(reader.Database.Path, line));
        }
    }

    private void CheckReferences()
    {
        foreach (string line in reader.Database.Texts(
            "SELECT DISTINCT 'layer ' || i.layer || ', inode ' || i.inode || ': content ' || i.content || ' is missing' FROM inodes i " +
            "LEFT JOIN contents c ON c.id = i.content WHERE i.content IS NOT NULL AND c.id IS NULL LIMIT 100"))
            findings.Add(new ScrubFinding(reader.Database.Path, line));
    }

    private void CheckContents()
    {
        using var rows = new Statement(reader.Database, "SELECT id, state, length, hash, data FROM contents");
        while (rows.Step())
        {
            cancellation.ThrowIfCancellationRequested();
            long id = rows.Long(0);
            known.Add(id);
            bool isFile = rows.IsNull(4);
            if (rows.Long(1) is (long)ContentState.Open or (long)ContentState.Pending)
            {
                unsettled++;
                if (isFile && !pool.Contents.Exists(id))
                    damaged[id] = $"the file {pool.Contents.FileOf(id)} is missing";
                continue;
            }
            contents++;
            string? wrong = isFile ? CheckFile(id, rows.Long(2), rows.Blob(3)) : CheckBytes(rows.Blob(4), rows.Long(2), rows.Blob(3));
            if (wrong is not null)
                damaged[id] = wrong;
        }
    }

    private string? CheckBytes(ReadOnlySpan<byte> data, long length, ReadOnlySpan<byte> hash)
    {
        bytes += data.Length;
        if (data.Length != length)
            return $"it has {data.Length} bytes in the database instead of {length}";
        return hash.SequenceEqual(ContentHash.Of(data)) ? null : "its bytes in the database do not fit its checksum";
    }

    private string? CheckFile(long id, long length, ReadOnlySpan<byte> hash)
    {
        string path = pool.Contents.FileOf(id);
        Errno e = pool.Contents.OpenUnshared(id, out HostFile? file);
        if (e == Errno.ENOENT)
            return IsOpenAgain(id) ? null : $"the file {path} is missing";
        if (e != 0)
            return $"the file {path} cannot be opened ({e})";
        long got;
        byte[] found;
        using (file)
            got = ContentHash.Of(file!, out found);
        if (got < 0)
            return $"the file {path} cannot be read ({(Errno)(-got)})";
        bytes += got;
        if (hash.SequenceEqual(found) || IsOpenAgain(id))
            return null;
        return got != length ? $"the file {path} has {got} bytes instead of {length}" : $"the bytes of the file {path} do not fit its checksum";
    }

    // Somebody may have begun to write to it since this state of the database: then it has no checksum any more.
    private bool IsOpenAgain(long id)
    {
        using var fresh = new Reader(reader.Database.Path);
        return fresh.FindContent(id, pool.Contents) is not { State: ContentState.Settled or ContentState.Shared };
    }

    // What shows the same as the layer below is not looked at again.
    private void CheckTree(string name, long[] layers)
    {
        LayerTree? tree = null;
        bool isNew = false;
        foreach (long layer in layers)
        {
            LayerTree? below = tree;
            if (!trees.TryGetValue(layer, out tree))
            {
                trees.Add(layer, tree = new LayerTree(reader, layer, below));
                isNew = below is null || tree.HasInodes;
            }
        }
        if (!isNew)
            return;
        Walk(name, tree!);
    }

    private void Walk(string name, LayerTree tree)
    {
        var left = new Stack<(string Path, TreeNode Node)>();
        var names = new Dictionary<ulong, (string Path, uint Links, uint Names)>();
        left.Push(("", tree.Root));
        while (left.TryPop(out (string Path, TreeNode Node) at))
        {
            cancellation.ThrowIfCancellationRequested();
            string where = $"{name}: {(at.Path.Length == 0 ? "/" : at.Path)}";
            inodes++;
            CheckNode(where, at.Node);
            if ((at.Node.Mode & TypeMask) != Directory)
            {
                uint count = names.TryGetValue(at.Node.Inode, out (string Path, uint Links, uint Names) seen) ? seen.Names : 0;
                names[at.Node.Inode] = (at.Path, at.Node.Links, count + 1);
                continue;
            }
            if (at.Path.Length > 64 * 1024)
            {
                findings.Add(new ScrubFinding(where[..200], "a directory lies in itself"));
                continue;
            }
            TreeDirectory? entries = Entries(where, tree, at.Node);
            for (int i = 0; i < entries?.Count; i++)
                left.Push(($"{at.Path}/{Encoding.UTF8.GetString(entries[i].Name)}", entries[i].Node));
        }
        foreach ((ulong inode, (string path, uint links, uint count)) in names)
        {
            if (links != count)
                findings.Add(new ScrubFinding($"{name}: {path}", $"inode {inode} has {count} names and says it has {links}"));
        }
    }

    private void CheckNode(string where, TreeNode node)
    {
        if (node.Attributes is { } packed && !AttributeList.IsValid(packed))
            findings.Add(new ScrubFinding(where, "its extended attributes are damaged"));
        if ((node.Mode & TypeMask) != Regular || node.Content == 0)
            return;
        if (damaged.TryGetValue(node.Content, out string? what))
        {
            findings.Add(new ScrubFinding(where, what));
            reported.Add(node.Content);
        }
        else if (knowsContents && !known.Contains(node.Content))
        {
            findings.Add(new ScrubFinding(where, $"its content {node.Content} is missing"));
        }
    }

    private TreeDirectory? Entries(string where, LayerTree tree, TreeNode directory)
    {
        try
        {
            return tree.Directory(directory.Inode);
        }
        catch (PoolException e)
        {
            findings.Add(new ScrubFinding(where, e.Message));
            return null;
        }
    }

    // Files that no content stands for; those that are being made just now are not looked at.
    private void CheckFiles()
    {
        foreach (long id in pool.Contents.Files(withNew: false))
        {
            if (!known.Contains(id) && pool.IsOrphan(id))
                findings.Add(new ScrubFinding(pool.Contents.FileOf(id), "no content of the pool has this file"));
        }
    }
}
