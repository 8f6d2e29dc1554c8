using SQLitePCL;

namespace Zonix.Storage.Sql;

/// <summary>A prepared statement. Parameters are counted from 1, columns from 0.</summary>
internal sealed class Statement : IDisposable
{
    private readonly Database database;
    private readonly string sql;
    private readonly sqlite3_stmt handle;

    public Statement(Database database, string sql)
    {
        this.database = database;
        this.sql = sql;
        int code = raw.sqlite3_prepare_v3(database.Connection, sql, 1 /* SQLITE_PREPARE_PERSISTENT */, out handle);
        if (code != raw.SQLITE_OK)
            throw database.Failure(code, sql);
    }

    public Statement Bind(int index, long value)
    {
        raw.sqlite3_bind_int64(handle, index, value);
        return this;
    }

    public Statement Bind(int index, ulong value) => Bind(index, (long)value);

    /// <summary>An empty value is NULL.</summary>
    public Statement Bind(int index, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            raw.sqlite3_bind_null(handle, index);
        else
            raw.sqlite3_bind_blob(handle, index, value);
        return this;
    }

    public Statement Bind(int index, string? value)
    {
        if (value is null)
            raw.sqlite3_bind_null(handle, index);
        else
            raw.sqlite3_bind_text(handle, index, value);
        return this;
    }

    /// <summary>A missing value is NULL.</summary>
    public Statement BindNumber(int index, long? value) => value is { } number ? Bind(index, number) : BindNull(index);

    public Statement BindNull(int index)
    {
        raw.sqlite3_bind_null(handle, index);
        return this;
    }

    /// <summary>Moves to the next row; false at the end, where the statement is ready to run again.</summary>
    public bool Step()
    {
        int code = raw.sqlite3_step(handle);
        if (code == raw.SQLITE_ROW)
            return true;
        PoolException? failure = code == raw.SQLITE_DONE ? null : database.Failure(code, sql);
        raw.sqlite3_reset(handle);
        return failure is null ? false : throw failure;
    }

    /// <summary>Runs a statement that answers no rows.</summary>
    public void Run()
    {
        if (Step())
            Reset();
    }

    /// <summary>Ends a query before its last row.</summary>
    public void Reset() => raw.sqlite3_reset(handle);

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    public long Long(int column) => raw.sqlite3_column_int64(handle, column);

    public ulong ULong(int column) => (ulong)Long(column);

    /// <summary>Valid until the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(handle, column);

    /// <summary>A copy; null for NULL.</summary>
    public byte[]? Bytes(int column) => IsNull(column) ? null : Blob(column).ToArray();

    public string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string();

    public void Dispose() => handle.Dispose();
}
