namespace Zonix.Kernel.Vfs;

/// <summary>The tree of mounts that a set of processes sees. mount_namespaces(7).</summary>
public sealed class MountNamespace
{
    private readonly Lock gate = new();
    private readonly List<Mount> mounts = [];
    private int nextId = 21;

    /// <summary>A namespace whose root is the root of <paramref name="rootFileSystem"/>.</summary>
    public MountNamespace(IFileSystem rootFileSystem, MountFlags flags = 0)
    {
        var mount = new Mount(nextId++, rootFileSystem, rootFileSystem.Root, default, flags);
        mounts.Add(mount);
        Root = new VfsPath(mount, mount.Root);
    }

    /// <summary>The root of the tree.</summary>
    public VfsPath Root { get; }

    /// <summary>All mounts, parents first.</summary>
    public Mount[] Snapshot()
    {
        lock (gate)
            return [.. mounts];
    }

    /// <summary>Mounts a file system over a place; later mounts cover earlier ones.</summary>
    public Mount Attach(IFileSystem fileSystem, VfsPath at, MountFlags flags)
    {
        lock (gate)
        {
            var mount = new Mount(nextId++, fileSystem, fileSystem.Root, at, flags);
            mounts.Add(mount);
            at.Dentry.Covers = [.. at.Dentry.Covers ?? [], mount];
            return mount;
        }
    }

    /// <summary>What covers the place: the top-most mount on it, or the place itself.</summary>
    internal static VfsPath Descend(VfsPath path)
    {
        while (path.Dentry.Covers is { } covers)
        {
            Mount? over = null;
            foreach (Mount m in covers)
            {
                if (ReferenceEquals(m.MountPoint.Mount, path.Mount))
                    over = m;
            }
            if (over is null)
                break;
            path = new VfsPath(over, over.Root);
        }
        return path;
    }
}
