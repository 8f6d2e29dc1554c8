namespace Zonix.Kernel.Vfs;

/// <summary>
/// The types of file systems that a zone can mount, by the name that mount(2) takes. Whoever brings a file system adds its
/// type when the zone is made. Shared by all namespaces of a zone.
/// </summary>
public sealed class FileSystemTypes
{
    private readonly Lock gate = new();
    private (string Name, Func<IFileSystemOptions> Begin)[] types = [];

    /// <summary>Their names, in the order they were added, as /proc/filesystems shows them.</summary>
    public IReadOnlyList<string> Names => Array.ConvertAll(Volatile.Read(ref types), static type => type.Name);

    /// <summary>Adds a type; <paramref name="begin"/> makes an empty set of options for each mount.</summary>
    public void Add(string name, Func<IFileSystemOptions> begin)
    {
        lock (gate)
            Volatile.Write(ref types, [.. types.AsEnumerable().Where(type => type.Name != name), (name, begin)]);
    }

    /// <summary>Adds a type of which the zone has one instance, or that takes no options.</summary>
    public void Add(string name, Func<IFileSystem> open, params string[] ignored) => Add(name, () => new PlainOptions(open, ignored));

    /// <summary>An empty set of options for a type; null: there is no such type (ENODEV).</summary>
    public IFileSystemOptions? Begin(string name)
    {
        foreach ((string known, Func<IFileSystemOptions> begin) in Volatile.Read(ref types))
        {
            if (known == name)
                return begin();
        }
        return null;
    }
}
