using Zonix.Storage;
using Zonix.Storage.Groups;
using Zonix.Storage.Layers;

namespace Zonix.FileSystems.Pool;

/// <summary>A directory: the entries that the layers have, and what was changed since the file system was opened.</summary>
/// <remarks>All of it under the file system's tree gate; what the layers have is read before the gate is taken.</remarks>
internal sealed class PoolDirectory : PoolInode, IDirectoryInode
{
    // What a name stands for now; null: for nothing, whatever the layers say.
    private Dictionary<byte[], PoolInode?>? changes;
    private List<byte[]>? dirtyNames;
    private TreeDirectory? below;
    private int count = -1;
    private bool removed;

    public PoolDirectory(DatasetFileSystem fileSystem, TreeNode node)
        : base(fileSystem, node)
    {
    }

    public PoolDirectory(DatasetFileSystem fileSystem, InodeState state)
        : base(fileSystem, state)
    {
        below = TreeDirectory.Empty;
        count = 0;
    }

    public bool CachesNames => true;

    public override Errno GetAttributes(out InodeAttributes result)
    {
        base.GetAttributes(out result);
        result.Size = 4096;
        result.Blocks = 8;
        return 0;
    }

    public Errno Lookup(ReadOnlySpan<byte> name, out IInode? inode)
    {
        inode = null;
        Errno e = Load();
        if (e != 0)
            return e;
        lock (FileSystem.TreeGate)
            inode = Find(name);
        return inode is null ? Errno.ENOENT : 0;
    }

    public Errno Create(ReadOnlySpan<byte> name, in NewInode what, out IInode? inode)
    {
        inode = null;
        Errno e = Prepare();
        if (e != 0)
            return e;
        PoolInode made = FileSystem.CreateInode(what, linked: !name.IsEmpty);
        inode = made;
        if (name.IsEmpty)
            return 0;
        lock (FileSystem.TreeGate)
        {
            e = Insert(name, made, made is PoolDirectory ? 1 : 0);
            if (e == 0)
                made.Changed();
        }
        FileSystem.Throttle();
        return e;
    }

    public Errno Link(ReadOnlySpan<byte> name, IInode target)
    {
        if (target is not PoolInode inode || !ReferenceEquals(inode.FileSystem, FileSystem))
            return Errno.EXDEV;
        Errno e = Prepare();
        if (e != 0)
            return e;
        lock (FileSystem.TreeGate)
        {
            e = Insert(name, inode, 0);
            if (e == 0)
                inode.AddLinks(1);
            return e;
        }
    }

    public Errno Unlink(ReadOnlySpan<byte> name, IInode victim)
    {
        Errno e = Prepare();
        if (e != 0)
            return e;
        var inode = (PoolInode)victim;
        lock (FileSystem.TreeGate)
        {
            e = Take(name, 0);
            if (e != 0)
                return e;
            inode.AddLinks(-1);
        }
        inode.Unlinked();
        return 0;
    }

    public Errno RemoveDirectory(ReadOnlySpan<byte> name, IInode victim)
    {
        var directory = (PoolDirectory)victim;
        Errno e = Prepare();
        if (e != 0 || (e = directory.Load()) != 0)
            return e;
        lock (FileSystem.TreeGate)
        {
            e = directory.Retire();
            return e != 0 ? e : Take(name, -1);
        }
    }

    public Errno Rename(
        ReadOnlySpan<byte> name, IInode moved, IDirectoryInode newParent, ReadOnlySpan<byte> newName, IInode? replaced, RenameFlags flags)
    {
        var target = (PoolDirectory)newParent;
        var inode = (PoolInode)moved;
        Errno e = Prepare();
        if (e != 0 || (e = target.Load()) != 0 || (e = (replaced as PoolDirectory)?.Load() ?? 0) != 0)
            return e;
        lock (FileSystem.TreeGate)
        {
            if ((flags & RenameFlags.RENAME_EXCHANGE) != 0)
            {
                Exchange(name, inode, target, newName, (PoolInode)replaced!);
                return 0;
            }
            if (replaced is PoolDirectory victim && (e = victim.Retire()) != 0)
                return e;
            int isDirectory = moved is PoolDirectory ? 1 : 0;
            if (replaced is PoolInode old)
            {
                target.Take(newName, old is PoolDirectory ? -1 : 0);
                if (old is not PoolDirectory)
                    old.AddLinks(-1);
            }
            Take(name, -isDirectory);
            inode.AddLinks(0);
            e = target.Insert(newName, inode, isDirectory);
            if (e == 0 && (flags & RenameFlags.RENAME_WHITEOUT) != 0)
            {
                PoolInode whiteout = FileSystem.CreateInode(new NewInode(FileModeBits.S_IFCHR, 0, 0), linked: true);
                e = Insert(name, whiteout, 0);
                whiteout.Changed();
            }
        }
        (replaced as PoolInode)?.Unlinked();
        return e;
    }

    public Errno OpenDirectory(out IDirectoryFile? file)
    {
        file = new ListedDirectory(this, List);
        return 0;
    }

    protected override void CaptureNames(ChangeBatch batch)
    {
        if (dirtyNames is not { } names)
            return;
        dirtyNames = null;
        foreach (byte[] name in names)
        {
            ulong inode = changes!.GetValueOrDefault(name)?.Number ?? 0;
            batch.Names.Add(new NameChange(Number, name, inode, inode == 0 && FileSystem.HasLowerLayers && (FileSystem.WasFrozen || below!.Find(name) is not null)));
        }
    }

    protected override void Gone() => (changes, dirtyNames) = (null, null);

    /// <summary>The names must be written again: the group has failed. Under the tree gate.</summary>
    public void AddDirtyName(byte[] name)
    {
        (dirtyNames ??= []).Add(name);
        changes ??= new(NameComparer.Instance);
    }

    private Errno Prepare() => FileSystem.IsReadOnly ? Errno.EROFS : Load();

    private Errno Load()
    {
        if (Volatile.Read(ref below) is not null)
            return 0;
        Errno e = FileSystem.LoadDirectory(Number, out TreeDirectory? loaded);
        if (e != 0)
            return e;
        lock (FileSystem.TreeGate)
        {
            if (below is not null)
                return 0;
            count = loaded!.Count;
            Volatile.Write(ref below, loaded);
        }
        return 0;
    }

    private PoolInode? Find(ReadOnlySpan<byte> name)
    {
        if (changes is not null && Names.TryGetValue(name, out PoolInode? changed))
            return changed;
        return below!.Find(name) is { } node ? FileSystem.Shown(node) : null;
    }

    private Dictionary<byte[], PoolInode?>.AlternateLookup<ReadOnlySpan<byte>> Names => changes!.GetAlternateLookup<ReadOnlySpan<byte>>();

    private bool Contains(ReadOnlySpan<byte> name) =>
        changes is not null && Names.TryGetValue(name, out PoolInode? changed) ? changed is not null : below!.Find(name) is not null;

    private Errno Insert(ReadOnlySpan<byte> name, PoolInode inode, int links)
    {
        if (removed)
            return Errno.ENOENT;
        if (Contains(name))
            return Errno.EEXIST;
        Set(name, inode, links);
        count++;
        return 0;
    }

    private Errno Take(ReadOnlySpan<byte> name, int links)
    {
        if (!Contains(name))
            return Errno.ENOENT;
        Set(name, null, links);
        count--;
        return 0;
    }

    private void Set(ReadOnlySpan<byte> name, PoolInode? inode, int links)
    {
        byte[] key = name.ToArray();
        changes ??= new(NameComparer.Instance);
        changes[key] = inode;
        (dirtyNames ??= []).Add(key);
        Timestamp now = Now;
        State.Modified(now);
        if (links != 0)
            State.AddLinks(links, now);
        Changed();
    }

    private void Exchange(ReadOnlySpan<byte> name, PoolInode inode, PoolDirectory target, ReadOnlySpan<byte> newName, PoolInode other)
    {
        Take(name, inode is PoolDirectory ? -1 : 0);
        target.Take(newName, other is PoolDirectory ? -1 : 0);
        Insert(name, other, other is PoolDirectory ? 1 : 0);
        target.Insert(newName, inode, inode is PoolDirectory ? 1 : 0);
        inode.AddLinks(0);
        other.AddLinks(0);
    }

    // Once it is empty and on its way out nothing is put into it any more.
    private Errno Retire()
    {
        if (count > 0)
            return Errno.ENOTEMPTY;
        removed = true;
        AddLinks(-(int)Links);
        return 0;
    }

    private Errno List(DirectoryListing listing)
    {
        Errno e = Load();
        if (e != 0)
            return e;
        lock (FileSystem.TreeGate)
        {
            TreeDirectory entries = below!;
            for (int i = 0; i < entries.Count; i++)
            {
                (byte[] name, TreeNode node) = entries[i];
                if (changes is null || !changes.ContainsKey(name))
                    listing.Add(name, node.Inode, FileModeBits.DirectoryType(node.Mode));
            }
            foreach ((byte[] name, PoolInode? inode) in changes ?? Enumerable.Empty<KeyValuePair<byte[], PoolInode?>>())
            {
                if (inode is not null)
                    listing.Add(name, inode.Number, FileModeBits.DirectoryType(inode.Access.Mode));
            }
        }
        return 0;
    }
}
