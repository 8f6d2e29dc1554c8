using Zonix.Storage.Groups;

namespace Zonix.Storage.Sql;

/// <summary>The connection that changes are written through, and its statements. Under the pool's gate.</summary>
internal sealed class Writer : IDisposable
{
    private readonly Statement begin, commit, rollback;
    private bool? isDurable;

    public Writer(string path)
    {
        Database = Database.Open(path, readOnly: false);
        Statement Prepare(string sql) => Database.Prepare(sql);
        Setup();
        begin = Prepare("BEGIN IMMEDIATE");
        commit = Prepare("COMMIT");
        rollback = Prepare("ROLLBACK");
        PutInode = Prepare(
            "INSERT OR REPLACE INTO inodes (layer, inode, mode, uid, gid, links, flags, rdev, size, stored, atime, mtime, ctime, btime, content, target, attributes) " +
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        PutName = Prepare("INSERT OR REPLACE INTO names (layer, parent, name, inode) VALUES (?, ?, ?, ?)");
        DropInode = Prepare("DELETE FROM inodes WHERE layer = ? AND inode = ?");
        DropName = Prepare("DELETE FROM names WHERE layer = ? AND parent = ? AND name = ?");
        DropNames = Prepare("DELETE FROM names WHERE layer = ? AND parent = ?");
        PutContent = Prepare("INSERT OR REPLACE INTO contents (id, layer, state, length, hash, data) VALUES (?, ?, ?, ?, ?, ?)");
        SettleContent = Prepare("UPDATE contents SET state = ?, length = ?, hash = ? WHERE id = ?");
        ReopenContent = Prepare("UPDATE contents SET state = 0, hash = NULL WHERE id = ?");
        FindShared = Prepare("SELECT id FROM contents WHERE hash = ? AND state = 2 AND length = ?");
        IsUsed = Prepare("SELECT 1 FROM inodes WHERE content = ? LIMIT 1");
        DropContent = Prepare("DELETE FROM contents WHERE id = ?");
        AddDeadContent = Prepare("INSERT OR IGNORE INTO dead_contents (id) SELECT id FROM contents WHERE id = ? AND data IS NULL");
        DropDeadContent = Prepare("DELETE FROM dead_contents WHERE id = ?");
        AddLayer = Prepare("INSERT INTO layers (id, parent) VALUES (?, ?)");
        SetLayerBytes = Prepare("UPDATE layers SET bytes = ? WHERE id = ?");
        SetDataset = Prepare("UPDATE datasets SET layer = ?, next_inode = ?, referenced = ? WHERE id = ?");
    }

    public Database Database { get; }

    public Statement PutInode { get; }

    public Statement PutName { get; }

    public Statement DropInode { get; }

    public Statement DropName { get; }

    public Statement DropNames { get; }

    public Statement PutContent { get; }

    public Statement SettleContent { get; }

    public Statement ReopenContent { get; }

    public Statement FindShared { get; }

    public Statement IsUsed { get; }

    public Statement DropContent { get; }

    public Statement AddDeadContent { get; }

    public Statement DropDeadContent { get; }

    public Statement AddLayer { get; }

    public Statement SetLayerBytes { get; }

    public Statement SetDataset { get; }

    /// <summary>Does something in one transaction; nothing of it stays when it fails.</summary>
    public void Transact(bool durable, Action body)
    {
        if (isDurable != durable)
            Database.Execute(durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
        isDurable = durable;
        begin.Run();
        try
        {
            body();
            commit.Run();
        }
        catch
        {
            try
            {
                rollback.Run();
            }
            catch (PoolException)
            {
                // SQLite has rolled back by itself.
            }
            throw;
        }
    }

    public void Put(long layer, InodeChange change) => PutInode
        .Bind(1, layer).Bind(2, change.Inode).Bind(3, change.Mode).Bind(4, change.Uid).Bind(5, change.Gid).Bind(6, change.Links)
        .Bind(7, change.Flags).Bind(8, change.Rdev).Bind(9, change.Size).Bind(10, change.Stored).Bind(11, change.AccessNs)
        .Bind(12, change.ModifyNs).Bind(13, change.ChangeNs).Bind(14, change.BirthNs).BindNumber(15, change.Content?.Id)
        .Bind(16, change.Target).Bind(17, change.Attributes).Run();

    public void Dispose() => Database.Dispose();

    private void Setup()
    {
        long application = Database.Number("PRAGMA application_id") ?? 0, version = Database.Number("PRAGMA user_version") ?? 0;
        bool isEmpty = Database.Number("SELECT count(*) FROM sqlite_master") == 0;
        if (!isEmpty && application != Schema.ApplicationId)
            throw new PoolException($"{Database.Path}: this is not the database of a pool");
        if (!isEmpty && version != Schema.Version)
            throw new PoolException($"{Database.Path}: the pool has version {version}; this program knows version {Schema.Version}");
        if (isEmpty)
            Database.Execute("PRAGMA page_size = 8192");
        Database.Execute("PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 10000; PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -32768");
        if (!isEmpty)
            return;
        Database.Execute("BEGIN IMMEDIATE;" + Schema.Create + $"PRAGMA application_id = {Schema.ApplicationId}; PRAGMA user_version = {Schema.Version}; COMMIT");
    }
}
