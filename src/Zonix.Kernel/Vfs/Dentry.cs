namespace Zonix.Kernel.Vfs;

/// <summary>
/// A name in a directory, and the inode it stands for, or that there is none (a negative dentry). Look-ups among the
/// children take no lock; changes are made under the directory's gate.
/// </summary>
public sealed class Dentry
{
    private Place place;
    private DentryTable? children;
    private volatile IInode? inode;
    private volatile bool unlinked;
    private int opens;
    private readonly DentryCache? cache;

    /// <summary>The root of a file system; <paramref name="cache"/> bounds what is remembered below it.</summary>
    public Dentry(IInode root, DentryCache? cache = null)
        : this(null, [], root) => this.cache = cache ?? new DentryCache();

    internal Dentry(Dentry? parent, byte[] name, IInode? inode)
    {
        place = new Place(parent ?? this, name);
        this.inode = inode;
        cache = parent?.cache;
        IsRevalidated = parent?.Inode is IRevalidatedDirectory;
    }

    /// <summary>The directory it is in; the root's parent is the root.</summary>
    public Dentry Parent => Volatile.Read(ref place).Parent;

    /// <summary>Its name there; empty for a root.</summary>
    public ReadOnlySpan<byte> Name => Volatile.Read(ref place).Name;

    /// <summary>Whether it is the root of its file system.</summary>
    public bool IsRoot => ReferenceEquals(Parent, this);

    /// <summary>What it stands for; null: the name is known not to exist.</summary>
    public IInode? Inode => inode;

    /// <summary>Whether the name has been taken away; /proc then shows " (deleted)".</summary>
    public bool IsUnlinked => unlinked;

    /// <summary>Descriptions opened through it.</summary>
    internal int Opens => Volatile.Read(ref opens);

    /// <summary>Held while the directory's entries change or a name is looked up in the file system.</summary>
    internal object Gate => this;

    /// <summary>The mounts that cover this dentry, one per mount it is seen through.</summary>
    internal volatile Mount[]? Covers;

    /// <summary>Whether something is mounted on it, in any tree.</summary>
    public bool IsCovered => Covers is not null;

    /// <summary>Its directory is asked each time whether it still means the same.</summary>
    internal bool IsRevalidated { get; }

    /// <summary>It was found since the cache looked at it last.</summary>
    internal bool IsUsed { get; set; }

    /// <summary>The cache has it in its queue; under the cache's gate.</summary>
    internal bool IsCounted { get; set; }

    /// <summary>What bounds the remembered names of the file system; null for a dentry without a place.</summary>
    public DentryCache? Cache => cache;

    /// <summary>A dentry without a place in the tree: pipes, sockets, memfds.</summary>
    public static Dentry CreateDetached(IInode inode, ReadOnlySpan<byte> name) => new(null, name.ToArray(), inode);

    /// <summary>A place for an entry of a directory that does not remember its names.</summary>
    public static Dentry CreateTransient(Dentry parent, ReadOnlySpan<byte> name, IInode inode) => new(parent, name.ToArray(), inode);

    /// <summary>A dentry as of a name that has been taken away from a directory: a file made with O_TMPFILE.</summary>
    internal static Dentry CreateUnlinked(Dentry parent, ReadOnlySpan<byte> name, IInode inode) => new(parent, name.ToArray(), inode) { unlinked = true };

    /// <summary>A description is opened through it.</summary>
    internal void AddOpen() => Interlocked.Increment(ref opens);

    /// <summary>A description that was opened through it is closed; answers whether it was the last.</summary>
    internal bool RemoveOpen() => Interlocked.Decrement(ref opens) == 0;

    /// <summary>The remembered child of that name, which may be negative; null: not known.</summary>
    internal Dentry? FindChild(ReadOnlySpan<byte> name)
    {
        Dentry? child = Volatile.Read(ref children)?.Find(name);
        if (child is not null && !child.IsUsed)
            child.IsUsed = true;
        return child;
    }

    /// <summary>Remembers a child. Under the gate.</summary>
    internal Dentry AddChild(ReadOnlySpan<byte> name, IInode? child)
    {
        var dentry = new Dentry(this, name.ToArray(), child);
        Table.Add(dentry);
        cache?.Add(dentry);
        return dentry;
    }

    /// <summary>The name begins to exist. Under the parent's gate.</summary>
    internal void MakePositive(IInode created)
    {
        unlinked = false;
        inode = created;
    }

    /// <summary>
    /// The name ceases to exist. Under the parent's gate. Descriptions keep this dentry; the next look-up of the name makes a
    /// negative one.
    /// </summary>
    internal void Detach()
    {
        Parent.children?.Remove(this);
        unlinked = true;
    }

    /// <summary>Forgets a child, so that it is looked up again. Under the gate.</summary>
    internal void Forget(Dentry child) => children?.Remove(child);

    /// <summary>
    /// Makes sure that a look-up of its path finds this dentry, though its directory does not remember names: something is
    /// about to be mounted on it. No lock is held.
    /// </summary>
    internal void Pin()
    {
        for (Dentry d = this; !d.IsRoot; d = d.Parent)
        {
            Dentry parent = d.Parent;
            if (d.IsUnlinked || parent.FindChild(d.Name) is not null)
                continue;
            lock (parent.Gate)
            {
                if (parent.FindChild(d.Name) is null)
                    parent.Table.Add(d);
            }
        }
    }

    /// <summary>Nothing is mounted on it any more: it, and what was kept on the way to it, may be looked up anew. No lock is held.</summary>
    internal void Unpin()
    {
        for (Dentry d = this; !d.IsRoot; d = d.Parent)
        {
            Dentry parent = d.Parent;
            if (parent.Inode is not IDirectoryInode { CachesNames: false })
                continue;
            lock (parent.Gate)
            {
                if (d.Covers is not null || d.children is { IsEmpty: false })
                    return;
                parent.Forget(d);
            }
        }
    }

    /// <summary>Gives it another place. Under both parents' gates.</summary>
    internal void Move(Dentry newParent, ReadOnlySpan<byte> newName)
    {
        Parent.children?.Remove(this);
        Volatile.Write(ref place, new Place(newParent, newName.ToArray()));
        newParent.Table.Add(this);
        cache?.Add(this);
    }

    /// <summary>
    /// Its parent lets it go: a missing name is forgotten, anything else is forgotten when nobody has it. False when it
    /// has just been moved. Call with no gate held.
    /// </summary>
    internal bool TryLetGo()
    {
        Dentry parent = Parent;
        lock (parent.Gate)
        {
            // Moved away meanwhile, or taken away: then nobody holds it anyhow.
            if (!ReferenceEquals(parent, Parent) || IsRoot)
                return unlinked;
            if (inode is null)
                parent.children?.Remove(this);
            else
                parent.children?.LetGo(this);
            return true;
        }
    }

    /// <summary>Whether it lies below (or is) <paramref name="ancestor"/>.</summary>
    public bool IsWithin(Dentry ancestor)
    {
        for (Dentry d = this; ; d = d.Parent)
        {
            if (ReferenceEquals(d, ancestor))
                return true;
            if (d.IsRoot)
                return false;
        }
    }

    private DentryTable Table => children ?? Interlocked.CompareExchange(ref children, new DentryTable(), null) ?? children;

    private sealed record Place(Dentry Parent, byte[] Name);
}
