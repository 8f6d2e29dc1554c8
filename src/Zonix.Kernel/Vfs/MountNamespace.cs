using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Vfs;

/// <summary>The tree of mounts that a set of processes sees. mount_namespaces(7). Its mounts go with its last user.</summary>
public sealed class MountNamespace : IDisposable
{
    private readonly MountTable table;
    private long version;

    /// <summary>A namespace whose root is the root of <paramref name="rootFileSystem"/>.</summary>
    public MountNamespace(VirtualFileSystem vfs, IFileSystem rootFileSystem, MountFlags flags = MountFlags.MS_RELATIME)
        : this(vfs.Mounts, new FileSystemTypes())
    {
        Mount root = table.Create(table.SuperblockOf(rootFileSystem), rootFileSystem.Root, flags, rootFileSystem.Source);
        root.Namespace = this;
        RootMount = root;
        Count = 1;
    }

    internal MountNamespace(MountTable table, FileSystemTypes types)
    {
        this.table = table;
        Types = types;
    }

    /// <summary>The root of the tree.</summary>
    public VfsPath Root => new(RootMount!, RootMount!.Root);

    /// <summary>What can be mounted here.</summary>
    public FileSystemTypes Types { get; }

    /// <summary>Woken when a mount comes, goes or changes.</summary>
    public WaitQueue Changed { get; } = new();

    /// <summary>Counts the changes.</summary>
    public long Version => Volatile.Read(ref version);

    /// <summary>A number that tells it from others; the inode number of its file in /proc.</summary>
    public ulong Number { get; set; }

    /// <summary>Whether there is a tree left in it.</summary>
    public bool IsAlive => RootMount is not null;

    /// <summary>The mount at its root; null for mounts that are attached nowhere.</summary>
    internal Mount? RootMount { get; set; }

    /// <summary>How many mounts are in it.</summary>
    internal int Count { get; set; }

    /// <summary>Whether it only holds mounts that are attached nowhere. open_tree(2), fsmount(2).</summary>
    internal bool IsAnonymous { get; init; }

    /// <summary>All mounts, in the order they were made.</summary>
    public Mount[] Snapshot() => table.Snapshot(this);

    /// <summary>Mounts a file system over a place; later mounts cover earlier ones.</summary>
    public Mount Attach(IFileSystem fileSystem, VfsPath at, MountFlags flags) => Attach(fileSystem, fileSystem.Root, at, flags);

    /// <summary>Mounts a part of a file system, a directory or a file, over a place.</summary>
    public Mount Attach(IFileSystem fileSystem, Dentry part, VfsPath at, MountFlags flags)
    {
        ArgumentNullException.ThrowIfNull(fileSystem);
        Mount mount = table.Create(table.SuperblockOf(fileSystem), part, flags | MountFlags.MS_RELATIME, fileSystem.Source);
        table.Attach(mount, at);
        return mount;
    }

    /// <summary>Shows what lies at one place at another one too: a bind mount.</summary>
    public Mount Show(VfsPath source, VfsPath at)
    {
        ArgumentNullException.ThrowIfNull(source.Mount);
        Mount mount = table.Create(source.Mount.Superblock, source.Dentry, source.Mount.Flags, source.Mount.Source);
        table.Attach(mount, at);
        return mount;
    }

    /// <summary>Takes all mounts away.</summary>
    public void Dispose() => table.Dissolve(this);

    internal void CountChange()
    {
        Interlocked.Increment(ref version);
        Changed.WakeAll();
    }

    /// <summary>What covers the place: the top-most mount on it, or the place itself.</summary>
    internal static VfsPath Descend(VfsPath path)
    {
        while (path.Dentry.Covers is { } covers)
        {
            Mount? over = null;
            foreach (Mount m in covers)
            {
                if (m.Place is { } place && ReferenceEquals(place.Parent, path.Mount) && ReferenceEquals(place.Dentry, path.Dentry))
                    over = m;
            }
            if (over is null)
                break;
            over.Touch();
            path = new VfsPath(over, over.Root);
        }
        return path;
    }
}
