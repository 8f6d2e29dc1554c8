using System.Globalization;
using System.Text;
using Zonix.Abi;
using Zonix.Host.Files;
using Zonix.Storage.Sql;

namespace Zonix.Storage.Contents;

/// <summary>
/// The contents of a pool. Files are in content/xx/, by number; one that the database does not know yet is in content/new/, where a
/// crash leaves it to be thrown away at the next start.
/// </summary>
public sealed class ContentStore : IDisposable
{
    /// <summary>Contents of up to this many bytes are rows of the database.</summary>
    public const int SmallLimit = 16 * 1024;

    private const uint FileMode = 0x180, DirectoryMode = 0x1C0;
    private const int FirstSweep = 4096;
    private readonly Lock gate = new();
    private readonly Dictionary<long, WeakReference<Content>> known = [];
    // Contents whose bytes the pool had already, and which trees in memory still name.
    private readonly Dictionary<long, Content> replaced = [];
    private readonly HostHandleCache handles;
    private readonly HostHandleCache smallOnes = new(4096);
    private readonly HostDirectory root, fresh;
    private readonly HostDirectory?[] shelves = new HostDirectory?[256];
    private readonly HostFile anchor;
    private readonly Reader reader;
    private readonly Action<string> log;
    private long lastId;
    private int nextSweep = FirstSweep;

    internal ContentStore(string directory, Reader reader, long lastId, int handleLimit, Action<string> log)
    {
        this.reader = reader;
        this.lastId = lastId;
        this.log = log;
        handles = new HostHandleCache(handleLimit);
        Directory = directory;
        System.IO.Directory.CreateDirectory(Path.Combine(directory, "new"));
        root = OpenDirectory(directory);
        fresh = OpenDirectory(Path.Combine(directory, "new"));
        int e = root.OpenFile("anchor"u8, 2 /* O_RDWR */, out HostFile? file);
        if (e != 0)
            e = root.CreateFile("anchor"u8, FileMode, out file);
        anchor = e == 0 ? file! : throw new PoolException($"{directory}: cannot be written ({(Errno)e})", (Errno)e);
    }

    /// <summary>Where its files are.</summary>
    internal string Directory { get; }

    /// <summary>The content of that number; EIO when the pool has none.</summary>
    public Errno Find(long id, out Content? content)
    {
        lock (gate)
        {
            if (replaced.TryGetValue(id, out content) || (known.TryGetValue(id, out WeakReference<Content>? place) && place.TryGetTarget(out content)))
                return 0;
        }
        try
        {
            content = reader.FindContent(id, this);
        }
        catch (PoolException e)
        {
            log(e.Message);
            content = null;
        }
        if (content is null)
            return Errno.EIO;
        lock (gate)
        {
            if (known.TryGetValue(id, out WeakReference<Content>? place) && place.TryGetTarget(out Content? other))
                content = other;
            else
                Remember(content);
            return 0;
        }
    }

    /// <summary>A new, empty file to write to; ENOSPC, EMFILE and what else the host says.</summary>
    public Errno Create(long layer, out Content? content)
    {
        long id = Interlocked.Increment(ref lastId);
        content = null;
        int e = fresh.CreateFile(Name(id), FileMode, out HostFile? file);
        if (e != 0)
            return (Errno)e;
        content = new Content(this, id, layer, ContentState.Open, 0, isSmall: false);
        content.Keep(file!);
        lock (gate)
            Remember(content);
        handles.Add(content);
        return 0;
    }

    /// <summary>One that the database never came to know is gone.</summary>
    public void Discard(Content content)
    {
        if (content.IsCommitted)
            return;
        ((IHostHandle)content).Drop();
        fresh.Remove(Name(content.Id), directory: false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            foreach (WeakReference<Content> place in known.Values)
            {
                if (place.TryGetTarget(out Content? content))
                    ((IHostHandle)content).Drop();
            }
            known.Clear();
        }
        foreach (HostDirectory? shelf in shelves)
            shelf?.Dispose();
        anchor.Dispose();
        fresh.Dispose();
        root.Dispose();
    }

    /// <summary>Bytes that the host's disk has left.</summary>
    internal long FreeBytes => root.StatFileSystem(out HostFileSystemStat stat) == 0 ? (long)stat.BlocksAvailable * stat.BlockSize : 0;

    /// <summary>A small one that is about to be a row.</summary>
    internal Content CreateSmall(long layer, ContentState state, byte[] bytes)
    {
        long id = Interlocked.Increment(ref lastId);
        var content = new Content(this, id, layer, state, bytes.Length, isSmall: true);
        content.Keep(bytes);
        lock (gate)
            Remember(content);
        smallOnes.Add(content);
        return content;
    }

    /// <summary>Everything that was written to files is on the disk.</summary>
    internal void Sync()
    {
        int e = anchor.SyncFileSystem();
        if (e != 0)
            throw new PoolException($"{Directory}: the host could not write everything back ({(Errno)e})", (Errno)e);
    }

    /// <summary>The database knows it now: its file moves to its place.</summary>
    internal void Place(Content content)
    {
        content.IsCommitted = true;
        int e = fresh.Rename(Name(content.Id), Shelf(content.Id), Name(content.Id), 0);
        if (e is not 0 and not (int)Errno.ENOENT)
            log($"{Directory}: content {content.Id} could not be moved to its place ({(Errno)e})");
    }

    /// <summary>Nobody refers to it any more.</summary>
    internal void Remove(long id)
    {
        lock (gate)
            known.Remove(id);
        int e = Shelf(id).Remove(Name(id), directory: false);
        if (e == (int)Errno.ENOENT)
            fresh.Remove(Name(id), directory: false);
    }

    /// <summary>After a crash: what the database knows goes to its place, the rest is thrown away. Answers how many went.</summary>
    internal int Recover(Func<long, bool> isKnown)
    {
        int removed = 0;
        foreach (long id in Files(fresh))
        {
            if (isKnown(id))
            {
                fresh.Rename(Name(id), Shelf(id), Name(id), 0);
                continue;
            }
            fresh.Remove(Name(id), directory: false);
            removed++;
            lastId = Math.Max(lastId, id);
        }
        return removed;
    }

    /// <summary>The numbers of all files on the shelves.</summary>
    internal IEnumerable<long> Files(bool withNew)
    {
        for (int shelf = 0; shelf < shelves.Length; shelf++)
        {
            if (root.Stat(ShelfName(shelf), out _) != 0)
                continue;
            foreach (long id in Files(Shelf(shelf)))
                yield return id;
        }
        foreach (long id in withNew ? Files(fresh) : [])
            yield return id;
    }

    /// <summary>A descriptor of its own for reading; ENOENT.</summary>
    internal Errno OpenUnshared(long id, out HostFile? file)
    {
        byte[] name = Name(id);
        int e = Shelf(id).OpenFile(name, 0 /* O_RDONLY */, out file);
        return (Errno)(e == (int)Errno.ENOENT ? fresh.OpenFile(name, 0, out file) : e);
    }

    internal bool Exists(long id) => Shelf(id).Stat(Name(id), out _) == 0 || fresh.Stat(Name(id), out _) == 0;

    // Opening it would take three calls and a place among the descriptors.
    internal bool StatFile(Content content, out HostStat stat)
    {
        byte[] name = Name(content.Id);
        if (!content.IsCommitted && fresh.Stat(name, out stat) == 0)
            return true;
        return Shelf(content.Id).Stat(name, out stat) == 0 || fresh.Stat(name, out stat) == 0;
    }

    internal Errno OpenFile(Content content, out HostFile? file)
    {
        byte[] name = Name(content.Id);
        int e = Shelf(content.Id).OpenFile(name, 2 /* O_RDWR */, out file);
        if (e == (int)Errno.ENOENT)
            e = fresh.OpenFile(name, 2, out file);
        if (e != 0)
            log($"{FileOf(content.Id)}: the content cannot be opened ({(Errno)e})");
        return e == (int)Errno.ENOENT ? Errno.EIO : (Errno)e;
    }

    /// <summary>Where the file of a content is, for messages.</summary>
    internal string FileOf(long id) => Path.Combine(Directory, Encoding.ASCII.GetString(ShelfName((int)(id & 255))), Encoding.ASCII.GetString(Name(id)));

    internal Errno LoadBytes(Content content, out byte[] bytes)
    {
        bytes = [];
        try
        {
            byte[]? found = reader.ContentData(content.Id);
            if (found is null)
                log($"content {content.Id} is missing in the pool's database");
            bytes = found ?? [];
            return found is null ? Errno.EIO : 0;
        }
        catch (PoolException e)
        {
            log(e.Message);
            return e.Error;
        }
    }

    internal void CountHandle(Content content) => handles.Add(content);

    internal void CountBytes(Content content) => smallOnes.Add(content);

    /// <summary>Whoever has the one, or its number, gets the other from now on: both have the same bytes.</summary>
    internal void Replace(Content old, Content by)
    {
        lock (gate)
            replaced[old.Id] = by;
        old.ReplacedBy = by;
        ((IHostHandle)old).Drop();
    }

    /// <summary>The number that a content has now.</summary>
    internal long Resolve(long id)
    {
        lock (gate)
            return replaced.TryGetValue(id, out Content? by) ? by.Id : id;
    }

    /// <summary>The content of that number if anybody uses it.</summary>
    internal Content? Known(long id)
    {
        lock (gate)
            return known.TryGetValue(id, out WeakReference<Content>? place) && place.TryGetTarget(out Content? content) ? content : null;
    }

    private static HostDirectory OpenDirectory(string path)
    {
        int e = HostDirectory.OpenRoot(path, out HostDirectory? directory);
        return e == 0 ? directory! : throw new PoolException($"{path}: cannot be opened ({(Errno)e})", (Errno)e);
    }

    private static byte[] Name(long id) => Encoding.ASCII.GetBytes(id.ToString("x", CultureInfo.InvariantCulture));

    private static byte[] ShelfName(int number) => Encoding.ASCII.GetBytes(number.ToString("x2", CultureInfo.InvariantCulture));

    private static List<long> Files(HostDirectory directory)
    {
        var all = new List<long>();
        if (directory.OpenReader(out HostDirectoryReader? reader) != 0)
            return all;
        using (reader)
        {
            while (reader!.Next(out bool more, out _, out _, out ReadOnlySpan<byte> name) == 0 && more)
            {
                if (long.TryParse(name, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out long id))
                    all.Add(id);
            }
        }
        return all;
    }

    private HostDirectory Shelf(long id) => Shelf((int)(id & 255));

    private HostDirectory Shelf(int number)
    {
        lock (shelves)
        {
            if (shelves[number] is { } open)
                return open;
            byte[] name = ShelfName(number);
            root.MakeDirectory(name, DirectoryMode);
            int e = root.OpenDirectory(name, out HostDirectory? made);
            if (e != 0)
                throw new PoolException($"{Directory}: {Encoding.ASCII.GetString(name)} cannot be opened ({(Errno)e})", (Errno)e);
            return shelves[number] = made!;
        }
    }

    // Under the gate.
    private void Remember(Content content)
    {
        if (known.Count >= nextSweep)
        {
            foreach ((long id, WeakReference<Content> place) in known)
            {
                if (!place.TryGetTarget(out _))
                    known.Remove(id);
            }
            nextSweep = Math.Max(FirstSweep, known.Count * 2);
        }
        known[content.Id] = new WeakReference<Content>(content);
    }
}
