namespace Zonix.Kernel.Vfs;

/// <summary>
/// A file system (or a part of one) attached to a place in the tree. It is used by what is open in it, by working and root
/// directories and by mappings; it can be unmounted when nobody uses it, and one that was detached lives until then.
/// Its place and its relatives change under the gate of the <see cref="MountTable"/>.
/// </summary>
public sealed class Mount
{
    private const int Stripes = 8, Stride = 8;
    private const long Writer = 1L << 32;

    // Counted in several places, so that CPUs that open files do not wait for each other; null: nobody asks.
    private readonly long[]? users;
    private readonly IFile? file;
    private volatile MountPlace? place;
    private volatile bool detached;
    private ulong flags;
    private int retired;
    private int expiry;

    internal Mount(int id, Superblock superblock, Dentry root, MountFlags flags, string source, bool counted = true)
    {
        Id = id;
        Superblock = superblock;
        Root = root;
        this.flags = (ulong)flags;
        Source = source;
        users = counted ? new long[Stripes * Stride] : null;
        superblock.Add(this);
        // A file that has lost all its names stays as long as it is mounted somewhere.
        if (counted && root.Inode is IOpenableInode { Access.IsRegular: true } regular && regular.Open(OpenFlags.O_RDONLY, out IFile? opened) == 0)
            file = opened;
    }

    /// <summary>The number /proc/[pid]/mountinfo shows.</summary>
    public int Id { get; }

    /// <summary>A number that is never used again. statx(2), STATX_MNT_ID_UNIQUE.</summary>
    public ulong UniqueId => (1UL << 31) + (ulong)Id;

    /// <summary>What all mounts of its file system share.</summary>
    public Superblock Superblock { get; }

    /// <summary>What is mounted.</summary>
    public IFileSystem FileSystem => Superblock.FileSystem;

    /// <summary>The dentry that appears at the mount point.</summary>
    public Dentry Root { get; }

    /// <summary>What it was mounted from, as /proc/mounts shows it.</summary>
    public string Source { get; }

    /// <summary>Where it is mounted; null for the root of a namespace and for what is not attached.</summary>
    public VfsPath MountPoint => place is { } p ? new VfsPath(p.Parent, p.Dentry) : default;

    /// <summary>MS_RDONLY, MS_NOSUID ...: those of <see cref="MountFlags.PerMount"/>.</summary>
    public MountFlags Flags
    {
        get => (MountFlags)Volatile.Read(ref flags);
        internal set => Volatile.Write(ref flags, (ulong)value);
    }

    /// <summary>Whether it is one of the machine's own, which is attached nowhere: that of pipes, of nameless files.</summary>
    public bool IsInternal => users is null;

    /// <summary>Whether nothing may be changed through it.</summary>
    public bool IsReadOnly => (Flags & MountFlags.MS_RDONLY) != 0 || Superblock.IsReadOnly;

    /// <summary>The namespace it is in; null when it is in none.</summary>
    public MountNamespace? Namespace { get; internal set; }

    /// <summary>The number of the group it shares events with; 0: none.</summary>
    public int SharedGroup => Peers?.Id ?? 0;

    /// <summary>The number of the group it receives events from; 0: none.</summary>
    public int MasterGroup => Master?.Id ?? 0;

    /// <summary>Whether it cannot be bound elsewhere. MS_UNBINDABLE.</summary>
    public bool IsUnbindable { get; internal set; }

    internal MountPlace? Place
    {
        get => place;
        set => place = value;
    }

    /// <summary>Where it was attached last: its dentry need not be kept for it any more.</summary>
    internal Dentry? FormerPoint { get; set; }

    internal List<Mount> Children { get; } = [];

    internal PeerGroup? Peers { get; set; }

    internal PeerGroup? Master { get; set; }

    internal bool IsShared => Peers is not null;

    /// <summary>Somebody uses it from now on: an open file, a directory a task stands in, a mapping.</summary>
    internal void Enter(bool writes)
    {
        if (users is null)
            return;
        Interlocked.Add(ref users[Slot], writes ? Writer + 1 : 1);
        Touch();
    }

    /// <summary>A user less. With no lock held.</summary>
    internal void Leave(bool writes)
    {
        if (users is null)
            return;
        Interlocked.Add(ref users[Slot], writes ? -Writer - 1 : -1);
        if (detached)
            RetireWhenUnused();
    }

    /// <summary>Whether anybody uses it; <paramref name="writes"/>: whether anything is open for writing.</summary>
    internal bool IsUsed(out bool writes)
    {
        long sum = 0;
        for (int i = 0; i < Stripes && users is not null; i++)
            sum += Volatile.Read(ref users[i * Stride]);
        writes = sum >> 32 > 0;
        return sum != 0;
    }

    /// <summary>It was detached for good: it goes with its last user. With no lock held.</summary>
    internal void Retire()
    {
        detached = true;
        RetireWhenUnused();
    }

    /// <summary>A path led through it.</summary>
    internal void Touch()
    {
        if (Volatile.Read(ref expiry) > 0)
            Interlocked.Decrement(ref expiry);
    }

    /// <summary>umount2(2), MNT_EXPIRE: whether it was marked, and not used since but by this call; marks it.</summary>
    internal bool Expires() => Interlocked.Exchange(ref expiry, 2) == 1;

    private static int Slot => (Environment.CurrentManagedThreadId & (Stripes - 1)) * Stride;

    private void RetireWhenUnused()
    {
        Interlocked.MemoryBarrier();
        if (!IsUsed(out _) && Interlocked.Exchange(ref retired, 1) == 0)
        {
            file?.Close();
            Superblock.Remove(this);
        }
    }
}
