using System.Runtime.CompilerServices;
using Zonix.Kernel.Watching;

namespace Zonix.Kernel.Vfs;

/// <summary>
/// All mounts of a machine: where they are attached, what propagates to where. Changes are made under one gate, since they
/// cross namespaces; walks read places without it.
/// </summary>
/// <remarks>
/// At most one mount is attached to a dentry of a mount; one mounted over it is attached to its root. Lock order: gates of
/// dentries, then this gate, then wait queues. File systems are told that they are unmounted after the gate was left.
/// </remarks>
public sealed partial class MountTable(FileWatching? watching = null)
{
    /// <summary>The most mounts of a namespace. /proc/sys/fs/mount-max.</summary>
    internal const int MaxMounts = 100_000;

    private readonly HashSet<int> groupNumbers = [];
    private readonly ConditionalWeakTable<IFileSystem, Superblock> superblocks = [];
    private int lastId = 20;

    internal Lock Gate { get; } = new();

    /// <summary>What holds for links in all its mounts.</summary>
    public LinkProtection Protection { get; } = new();

    /// <summary>What all mounts of a file system share.</summary>
    public Superblock SuperblockOf(IFileSystem fileSystem) => superblocks.GetValue(fileSystem, made => new Superblock(made, watching, Protection));

    /// <summary>A mount that is attached nowhere yet.</summary>
    internal Mount Create(Superblock superblock, Dentry root, MountFlags flags, string source) =>
        new(Interlocked.Increment(ref lastId), superblock, root, flags & MountFlags.PerMount, source);

    /// <summary>The mounts of a namespace that hang together, in the order they were made.</summary>
    internal Mount[] Snapshot(MountNamespace space)
    {
        lock (Gate)
        {
            if (space.RootMount is not { } root)
                return [];
            List<Mount> all = Subtree(root);
            all.Sort(static (a, b) => a.Id.CompareTo(b.Id));
            return [.. all];
        }
    }

    /// <summary>Mounts, with what hangs below it, over a place: ENOENT, ENOTDIR, ENOSPC, EINVAL.</summary>
    internal Errno Attach(Mount source, VfsPath at)
    {
        while (true)
        {
            at = MountNamespace.Descend(at);
            at.Dentry.Pin();
            // The place must not be taken away while something is mounted there.
            lock (at.Dentry.Gate)
            {
                lock (Gate)
                {
                    if (MountNamespace.Descend(at) != at)
                        continue;
                    return AttachLocked(source, at, moves: false);
                }
            }
        }
    }

    /// <summary>Moves a mount to another place.</summary>
    internal Errno Move(Mount source, VfsPath at)
    {
        while (true)
        {
            at = MountNamespace.Descend(at);
            at.Dentry.Pin();
            lock (at.Dentry.Gate)
            {
                lock (Gate)
                {
                    if (MountNamespace.Descend(at) != at)
                        continue;
                    // move_mount(2): the root of a detached tree has no place, but a namespace of its own.
                    if (IsWithin(at.Mount, source))
                        return Errno.ELOOP;
                    if (at.Mount.IsShared && Subtree(source).Exists(static m => m.IsUnbindable))
                        return Errno.EINVAL;
                    return AttachLocked(source, at, moves: true);
                }
            }
        }
    }

    /// <summary>Moves a mount to where another one is mounted, below that. EINVAL: that one has gone.</summary>
    internal Errno MoveBeneath(Mount source, Mount top)
    {
        if (top.MountPoint is not { IsNull: false } at)
            return Errno.EINVAL;
        at.Dentry.Pin();
        lock (at.Dentry.Gate)
        {
            lock (Gate)
            {
                if (top.MountPoint != at || IsWithin(at.Mount, source) || IsWithin(source, top))
                    return Errno.EINVAL;
                if (at.Mount.IsShared && (Subtree(source).Exists(static m => m.IsUnbindable) || WouldCover(at, top) || WouldCover(at, source)))
                    return Errno.EINVAL;
                return AttachLocked(source, at, moves: true);
            }
        }
    }

    // A mount that receives from where something is to be mounted must not lie on its way: it would be covered by itself.
    private static bool WouldCover(VfsPath at, Mount mount) =>
        mount.Peers is not null && Receivers(at.Mount).Contains(mount) && ReferenceEquals(at.Dentry, mount.Root);

    /// <summary>Whether the dentry is a mount point in that namespace: it cannot be removed or renamed there.</summary>
    internal static bool IsMountPoint(Dentry dentry, MountNamespace space)
    {
        if (dentry.Covers is not { } covers)
            return false;
        foreach (Mount mount in covers)
        {
            if (ReferenceEquals(mount.Namespace, space))
                return true;
        }
        return false;
    }

    /// <summary>The mount with that number in a namespace.</summary>
    public Mount? Find(MountNamespace space, ulong uniqueId) =>
        Array.Find(Snapshot(space), mount => mount.UniqueId == uniqueId);

    private Errno AttachLocked(Mount source, VfsPath at, bool moves)
    {
        // A link of /proc that leads to an object is no place: what is mounted on it would not go with the object.
        if (at.Dentry.IsUnlinked || at.Dentry.Inode is not { } covered || covered is IMagicLink)
            return Errno.ENOENT;
        if (covered.Access.IsDirectory != source.Root.Inode!.Access.IsDirectory)
            return Errno.ENOTDIR;
        Mount parent = at.Mount;
        if (parent.Namespace is not { } space)
            return Errno.EINVAL;
        List<Mount> added = Subtree(source);
        if (space.Count + added.Count > MaxMounts)
            return Errno.ENOSPC;
        List<(Mount Copy, Mount Parent)> copies = [];
        if (parent.Peers is { } group)
        {
            foreach (Mount mount in added)
                MakeShared(mount);
            Spread(group, parent, at.Dentry, source, copies);
        }
        if (moves)
            Detach(source);
        foreach (Mount mount in added)
            SetNamespace(mount, space);
        Insert(source, parent, at.Dentry);
        foreach ((Mount copy, Mount target) in copies)
            Insert(copy, target, at.Dentry);
        space.CountChange();
        return 0;
    }

    // Where something is mounted already, it goes below that.
    private static void Insert(Mount copy, Mount parent, Dentry dentry)
    {
        Mount? above = ChildAt(parent, dentry);
        if (above is not null)
            Detach(above);
        foreach (Mount mount in Subtree(copy))
            SetNamespace(mount, parent.Namespace);
        Link(copy, parent, dentry);
        if (above is not null)
        {
            VfsPath top = MountNamespace.Descend(new VfsPath(copy, copy.Root));
            Link(above, top.Mount, top.Dentry);
        }
        parent.Namespace?.CountChange();
    }

    private static void SetNamespace(Mount mount, MountNamespace? space)
    {
        if (ReferenceEquals(mount.Namespace, space))
            return;
        if (mount.Namespace is { } old)
            old.Count--;
        mount.Namespace = space;
        if (space is not null)
            space.Count++;
    }

    private static void Link(Mount mount, Mount parent, Dentry dentry)
    {
        mount.Place = new MountPlace(parent, dentry);
        parent.Children.Add(mount);
        dentry.Covers = [.. dentry.Covers ?? [], mount];
    }

    /// <summary>Takes a mount off its place, with what hangs below it.</summary>
    private static void Detach(Mount mount)
    {
        if (mount.Place is not { } place)
        {
            // The root of a detached tree leaves its namespace empty.
            if (mount.Namespace is { } space && ReferenceEquals(space.RootMount, mount))
                space.RootMount = null;
            return;
        }
        place.Parent.Children.Remove(mount);
        Mount[] left = Array.FindAll(place.Dentry.Covers!, m => !ReferenceEquals(m, mount));
        place.Dentry.Covers = left.Length == 0 ? null : left;
        mount.Place = null;
        mount.FormerPoint = place.Dentry;
    }

    internal static Mount? ChildAt(Mount parent, Dentry dentry)
    {
        foreach (Mount mount in dentry.Covers ?? [])
        {
            if (mount.Place is { } place && ReferenceEquals(place.Parent, parent))
                return mount;
        }
        return null;
    }

    /// <summary>Whether a mount is, or hangs below, another one.</summary>
    private static bool IsWithin(Mount mount, Mount ancestor)
    {
        for (Mount? m = mount; m is not null; m = m.Place?.Parent)
        {
            if (ReferenceEquals(m, ancestor))
                return true;
        }
        return false;
    }

    private static List<Mount> Subtree(Mount root)
    {
        List<Mount> all = [root];
        for (int i = 0; i < all.Count; i++)
            all.AddRange(all[i].Children);
        return all;
    }
}
