using SQLitePCL;
using Zonix.Host.Files;

namespace Zonix.Storage.Sql;

/// <summary>SQLite itself, which this assembly carries along.</summary>
internal static class SqliteLibrary
{
    private const string Name = "e_sqlite3";

    static SqliteLibrary()
    {
        EmbeddedLibrary.Provide(
            typeof(SQLite3Provider_e_sqlite3).Assembly, Name, static () => typeof(SqliteLibrary).Assembly.GetManifestResourceStream(Name));
        Batteries_V2.Init();
    }

    /// <summary>Makes sure that it is loaded.</summary>
    internal static void Load()
    {
        // The constructor of the type has done it.
    }
}
