using SQLitePCL;
using Zonix.Abi;

namespace Zonix.Storage.Sql;

/// <summary>One connection to a SQLite database. Not thread-safe: its owner has a gate. https://sqlite.org/c3ref/intro.html</summary>
internal sealed class Database : IDisposable
{
    private readonly sqlite3 connection;
    private readonly List<Statement> statements = [];

    private Database(sqlite3 connection, string path)
    {
        this.connection = connection;
        Path = path;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Rows that the last statement changed.</summary>
    public int Changes => raw.sqlite3_changes(connection);

    internal sqlite3 Connection => connection;

    /// <summary>Opens (and makes, unless it is for reading only) the file.</summary>
    public static Database Open(string path, bool readOnly)
    {
        Batteries_V2.Init();
        int flags = readOnly ? raw.SQLITE_OPEN_READONLY : raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE;
        int code = raw.sqlite3_open_v2(path, out sqlite3 connection, flags | raw.SQLITE_OPEN_NOMUTEX, null);
        var database = new Database(connection, path);
        if (code == raw.SQLITE_OK)
            return database;
        PoolException failure = database.Failure(code, "opening");
        database.Dispose();
        throw failure;
    }

    /// <summary>A statement that lives as long as the connection.</summary>
    public Statement Prepare(string sql)
    {
        var statement = new Statement(this, sql);
        statements.Add(statement);
        return statement;
    }

    /// <summary>Runs statements without parameters.</summary>
    public void Execute(string sql)
    {
        int code = raw.sqlite3_exec(connection, sql);
        if (code != raw.SQLITE_OK)
            throw Failure(code, sql);
    }

    /// <summary>The first column of the first row as a number; null when there is none.</summary>
    public long? Number(string sql)
    {
        using var statement = new Statement(this, sql);
        return statement.Step() && !statement.IsNull(0) ? statement.Long(0) : null;
    }

    /// <summary>The first column of all rows as text.</summary>
    public List<string> Texts(string sql)
    {
        using var statement = new Statement(this, sql);
        var all = new List<string>();
        while (statement.Step())
            all.Add(statement.Text(0));
        return all;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Statement statement in statements)
            statement.Dispose();
        statements.Clear();
        connection.Dispose();
    }

    /// <summary>What SQLite says, as an exception that names the file.</summary>
    internal PoolException Failure(int code, string doing)
    {
        string text = raw.sqlite3_errmsg(connection).utf8_to_string();
        return (code & 0xff) switch
        {
            raw.SQLITE_FULL => new PoolException($"{Path}: no space is left on the host's disk ({text})", Errno.ENOSPC),
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => new PoolException($"{Path}: the pool's database is damaged: {text}"),
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new PoolException($"{Path}: another process uses the pool's database", Errno.EBUSY),
            _ => new PoolException($"{Path}: {text} (SQLite error {code}, {Shortened(doing)})"),
        };
    }

    private static string Shortened(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
