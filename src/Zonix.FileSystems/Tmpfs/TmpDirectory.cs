namespace Zonix.FileSystems.Tmpfs;

/// <summary>A directory. Entries keep the order they were made in; an entry's cookie is its place in a listing.</summary>
internal sealed class TmpDirectory(TmpFileSystem fileSystem, InodeState state) : ITmpInode, IDirectoryInode
{
    private const long FirstCookie = 2;
    private readonly Lock gate = new();
    private readonly Dictionary<byte[], Entry> byName = new(NameComparer.Instance);
    private readonly SortedList<long, Entry> byCookie = [];
    private long nextCookie = FirstCookie;
    private bool removed;

    public IFileSystem FileSystem => fileSystem;

    public InodeState State => state;

    public MemoryAttributes Attributes { get; } = new();

    public InodeAccess Access => state.Access;

    public bool CachesNames => true;

    public Errno GetAttributes(out InodeAttributes attributes)
    {
        state.Get(out attributes);
        lock (gate)
            attributes.Size = (ulong)(2 + byName.Count) * 20;
        return 0;
    }

    public Errno SetAttributes(in AttributeChange change)
    {
        if (change.Size is not null)
            return Errno.EISDIR;
        state.Apply(change);
        return 0;
    }

    public Errno Lookup(ReadOnlySpan<byte> name, out IInode? inode)
    {
        lock (gate)
        {
            inode = Names.TryGetValue(name, out Entry? entry) ? entry.Inode : null;
            return inode is null ? Errno.ENOENT : 0;
        }
    }

    public Errno Create(ReadOnlySpan<byte> name, in NewInode what, out IInode? inode)
    {
        inode = null;
        if (fileSystem.Limits is { } limits && !limits.TryTakeInode())
            return Errno.ENOSPC;
        ITmpInode made = fileSystem.CreateInode(what, linked: !name.IsEmpty);
        inode = made;
        if (name.IsEmpty)
            return 0;
        Errno e = Insert(name, made, made is TmpDirectory ? 1 : 0);
        if (e != 0)
            fileSystem.Limits?.DropInode();
        return e;
    }

    public Errno Link(ReadOnlySpan<byte> name, IInode target)
    {
        if (target is not ITmpInode inode || !ReferenceEquals(inode.FileSystem, fileSystem))
            return Errno.EXDEV;
        Errno e = Insert(name, inode, 0);
        if (e == 0)
            inode.State.AddLinks(1, fileSystem.Now);
        return e;
    }

    public Errno Unlink(ReadOnlySpan<byte> name, IInode victim)
    {
        Errno e = Take(name, 0);
        if (e != 0)
            return e;
        var inode = (ITmpInode)victim;
        inode.State.AddLinks(-1, fileSystem.Now);
        inode.Unlinked();
        return 0;
    }

    public Errno RemoveDirectory(ReadOnlySpan<byte> name, IInode victim)
    {
        Errno e = ((TmpDirectory)victim).TryRetire();
        return e != 0 ? e : Take(name, -1);
    }

    public Errno Rename(
        ReadOnlySpan<byte> name, IInode moved, IDirectoryInode newParent, ReadOnlySpan<byte> newName, IInode? replaced, RenameFlags flags)
    {
        var target = (TmpDirectory)newParent;
        var inode = (ITmpInode)moved;
        if ((flags & RenameFlags.RENAME_EXCHANGE) != 0)
        {
            Exchange(name, inode, target, newName, (ITmpInode)replaced!);
            return 0;
        }
        if (replaced is TmpDirectory victim)
        {
            Errno e = victim.TryRetire();
            if (e != 0)
                return e;
        }
        int isDirectory = moved is TmpDirectory ? 1 : 0;
        if (replaced is not null)
        {
            target.Take(newName, replaced is TmpDirectory ? -1 : 0);
            if (replaced is not TmpDirectory)
            {
                ((ITmpInode)replaced).State.AddLinks(-1, fileSystem.Now);
                ((ITmpInode)replaced).Unlinked();
            }
        }
        Take(name, -isDirectory);
        inode.State.AddLinks(0, fileSystem.Now);
        return target.Insert(newName, inode, isDirectory);
    }

    public Errno OpenDirectory(out IDirectoryFile? file)
    {
        file = new TmpDirectoryFile(this);
        return 0;
    }

    internal void ReadEntries(ref long position, ref DirectoryBuffer buffer, ulong parentInode)
    {
        if (position == 0 && buffer.TryAdd("."u8, state.Number, 4, 1))
            position = 1;
        if (position == 1 && buffer.TryAdd(".."u8, parentInode == 0 ? state.Number : parentInode, 4, FirstCookie))
            position = FirstCookie;
        if (position < FirstCookie)
            return;
        lock (gate)
        {
            for (int i = FirstAtOrAfter(position); i < byCookie.Count; i++)
            {
                Entry entry = byCookie.Values[i];
                byte type = FileModeBits.DirectoryType(entry.Inode.Access.Mode);
                if (!buffer.TryAdd(entry.Name, entry.Inode.State.Number, type, entry.Cookie + 1))
                    return;
                position = entry.Cookie + 1;
            }
        }
    }

    /// <summary>For the overlay: all entries, in order.</summary>
    internal List<(byte[] Name, ITmpInode Inode)> Snapshot()
    {
        lock (gate)
        {
            var all = new List<(byte[], ITmpInode)>(byCookie.Count);
            foreach (Entry entry in byCookie.Values)
                all.Add((entry.Name, entry.Inode));
            return all;
        }
    }

    /// <summary>The file system is gone: what its files hold goes too.</summary>
    internal void FreeAll()
    {
        foreach ((_, ITmpInode inode) in Snapshot())
        {
            if (inode is TmpDirectory directory)
                directory.FreeAll();
            else
                (inode as TmpRegular)?.Content.Free();
        }
    }

    public void Unlinked()
    {
    }

    private Dictionary<byte[], Entry>.AlternateLookup<ReadOnlySpan<byte>> Names => byName.GetAlternateLookup<ReadOnlySpan<byte>>();

    private Errno Insert(ReadOnlySpan<byte> name, ITmpInode inode, int links)
    {
        lock (gate)
        {
            if (removed)
                return Errno.ENOENT;
            var entry = new Entry(name.ToArray(), inode, nextCookie++);
            if (!byName.TryAdd(entry.Name, entry))
                return Errno.EEXIST;
            byCookie.Add(entry.Cookie, entry);
        }
        Changed(links);
        return 0;
    }

    private Errno Take(ReadOnlySpan<byte> name, int links)
    {
        lock (gate)
        {
            if (!Names.Remove(name, out _, out Entry? entry))
                return Errno.ENOENT;
            byCookie.Remove(entry.Cookie);
        }
        Changed(links);
        return 0;
    }

    private void Exchange(ReadOnlySpan<byte> name, ITmpInode inode, TmpDirectory target, ReadOnlySpan<byte> newName, ITmpInode other)
    {
        Take(name, inode is TmpDirectory ? -1 : 0);
        target.Take(newName, other is TmpDirectory ? -1 : 0);
        Insert(name, other, other is TmpDirectory ? 1 : 0);
        target.Insert(newName, inode, inode is TmpDirectory ? 1 : 0);
    }

    // Once it is empty and on its way out nothing is put into it any more.
    private Errno TryRetire()
    {
        lock (gate)
        {
            if (byName.Count > 0)
                return Errno.ENOTEMPTY;
            removed = true;
        }
        state.AddLinks(-(int)state.Links, fileSystem.Now);
        fileSystem.Limits?.DropInode();
        return 0;
    }

    private void Changed(int links)
    {
        Timestamp now = fileSystem.Now;
        state.Modified(now);
        if (links != 0)
            state.AddLinks(links, now);
    }

    private int FirstAtOrAfter(long cookie)
    {
        int low = 0, high = byCookie.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (byCookie.Keys[middle] < cookie)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private sealed record Entry(byte[] Name, ITmpInode Inode, long Cookie);
}
