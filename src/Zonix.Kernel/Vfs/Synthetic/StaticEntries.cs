using System.Text;

namespace Zonix.Kernel.Vfs.Synthetic;

/// <summary>Entries that are always there, in the order they were added.</summary>
public sealed class StaticEntries(SyntheticFileSystem fileSystem) : ISyntheticEntries
{
    private readonly List<(byte[] Name, byte Type, Func<ulong, IInode> Make)> entries = [];

    // A zone has hundreds of directories that nobody looks at: they are filled by the first look.
    private Action<StaticEntries>? pending;

    /// <summary>Where they live.</summary>
    public SyntheticFileSystem FileSystem => fileSystem;

    /// <summary>Adds a read-only file.</summary>
    public StaticEntries Text(string name, Func<string> text, uint permissions = 0x124) =>
        Add(name, FileModeBits.S_IFREG, n => new SyntheticText(
            new(fileSystem, n, permissions), () => Encoding.UTF8.GetBytes(text()))
        { Size = fileSystem.FileSize });

    /// <summary>Adds a file with fixed text.</summary>
    public StaticEntries Text(string name, string text) => Text(name, () => text);

    /// <summary>Adds a setting that can be read and, by root, written.</summary>
    public StaticEntries Setting(string name, Func<string> read, Func<string, Errno> write) =>
        Add(name, FileModeBits.S_IFREG, n => new SyntheticText(
            new(fileSystem, n, 0x1A4), () => Encoding.UTF8.GetBytes(read()), bytes => write(Encoding.UTF8.GetString(bytes.Span).Trim('\0', ' ', '\t', '\n')))
        {
            Size = fileSystem.FileSize,
        });

    /// <summary>Adds a symbolic link.</summary>
    public StaticEntries Link(string name, Func<string> text) =>
        Add(name, FileModeBits.S_IFLNK, n => new SyntheticLink(new(fileSystem, n, 0x1FF), text));

    /// <summary>Adds a directory, whose names may be remembered: it always stays the same.</summary>
    public StaticEntries Directory(string name, Action<StaticEntries> fill)
    {
        var inner = new StaticEntries(fileSystem) { pending = fill };
        return Add(name, FileModeBits.S_IFDIR, n => new SyntheticDirectory(fileSystem, new(fileSystem, n, fileSystem.DirectoryPermissions), inner, cachesNames: true));
    }

    /// <summary>Adds anything else.</summary>
    public StaticEntries Add(string name, uint type, Func<ulong, IInode> make)
    {
        entries.Add((Encoding.UTF8.GetBytes(name), FileModeBits.DirectoryType(type), make));
        return this;
    }

    /// <inheritdoc/>
    public int Folders => Filled().Count(static entry => entry.Type == FileModeBits.DirectoryType(FileModeBits.S_IFDIR));

    /// <inheritdoc/>
    public IInode? Find(ReadOnlySpan<byte> name, ulong directory)
    {
        foreach ((byte[] entry, _, Func<ulong, IInode> make) in Filled())
        {
            if (name.SequenceEqual(entry))
                return make(SyntheticNode.NumberOf(directory, name));
        }
        return null;
    }

    /// <inheritdoc/>
    public void List(DirectoryListing listing, ulong directory)
    {
        foreach ((byte[] name, byte type, _) in Filled())
            listing.Add(name, SyntheticNode.NumberOf(directory, name), type);
    }

    private List<(byte[] Name, byte Type, Func<ulong, IInode> Make)> Filled()
    {
        if (Volatile.Read(ref pending) is null)
            return entries;
        lock (entries)
        {
            if (pending is { } fill)
            {
                fill(this);
                Volatile.Write(ref pending, null);
            }
        }
        return entries;
    }
}
