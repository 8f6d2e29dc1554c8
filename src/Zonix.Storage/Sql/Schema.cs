namespace Zonix.Storage.Sql;

/// <summary>The tables of a pool.</summary>
/// <remarks>
/// A dataset is a chain of layers; a row of a layer hides the row with the same key in the layers below. In <c>names</c> the inode 0
/// says that there is no such name any more, and so does an inode of mode 0 in <c>inodes</c>. Times are nanoseconds since the epoch.
/// </remarks>
internal static class Schema
{
    /// <summary>Told apart from other SQLite files: "ZNXP".</summary>
    public const int ApplicationId = 0x5A4E5850;

    /// <summary>Of the layout below.</summary>
    public const int Version = 1;

    public const string Create = """
        CREATE TABLE layers (
            id INTEGER PRIMARY KEY,
            parent INTEGER,
            bytes INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE datasets (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            layer INTEGER NOT NULL,
            origin INTEGER,
            next_inode INTEGER NOT NULL,
            referenced INTEGER NOT NULL DEFAULT 0,
            created INTEGER NOT NULL,
            quota INTEGER NOT NULL DEFAULT 0,
            sync INTEGER NOT NULL DEFAULT 0,
            readonly INTEGER NOT NULL DEFAULT 0,
            shares INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE properties (
            dataset INTEGER NOT NULL,
            key TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (dataset, key)) WITHOUT ROWID;
        CREATE TABLE snapshots (
            id INTEGER PRIMARY KEY,
            dataset INTEGER NOT NULL,
            name TEXT NOT NULL,
            layer INTEGER NOT NULL,
            next_inode INTEGER NOT NULL,
            referenced INTEGER NOT NULL,
            created INTEGER NOT NULL,
            guid BLOB NOT NULL,
            UNIQUE (dataset, name));
        CREATE TABLE inodes (
            layer INTEGER NOT NULL,
            inode INTEGER NOT NULL,
            mode INTEGER NOT NULL,
            uid INTEGER NOT NULL,
            gid INTEGER NOT NULL,
            links INTEGER NOT NULL,
            flags INTEGER NOT NULL,
            rdev INTEGER NOT NULL,
            size INTEGER NOT NULL,
            stored INTEGER NOT NULL,
            atime INTEGER NOT NULL,
            mtime INTEGER NOT NULL,
            ctime INTEGER NOT NULL,
            btime INTEGER NOT NULL,
            content INTEGER,
            target BLOB,
            attributes BLOB,
            PRIMARY KEY (layer, inode)) WITHOUT ROWID;
        CREATE TABLE names (
            layer INTEGER NOT NULL,
            parent INTEGER NOT NULL,
            name BLOB NOT NULL,
            inode INTEGER NOT NULL,
            PRIMARY KEY (layer, parent, name)) WITHOUT ROWID;
        CREATE TABLE contents (
            id INTEGER PRIMARY KEY,
            layer INTEGER NOT NULL,
            state INTEGER NOT NULL,
            length INTEGER NOT NULL,
            hash BLOB,
            data BLOB);
        CREATE TABLE dead_layers (id INTEGER PRIMARY KEY);
        CREATE TABLE dead_contents (id INTEGER PRIMARY KEY);
        CREATE INDEX inodes_by_content ON inodes (content) WHERE content IS NOT NULL;
        CREATE INDEX contents_by_hash ON contents (hash) WHERE state = 2;
        CREATE INDEX contents_unsettled ON contents (layer) WHERE state IN (0, 3);
        """;
}
