namespace Zonix.Kernel.Vfs;

/// <summary>A file system (or a part of one) attached to a place in the tree.</summary>
public sealed class Mount
{
    internal Mount(int id, IFileSystem fileSystem, Dentry root, VfsPath mountPoint, MountFlags flags)
    {
        Id = id;
        FileSystem = fileSystem;
        Root = root;
        MountPoint = mountPoint;
        Flags = flags;
    }

    /// <summary>The number /proc/[pid]/mountinfo shows.</summary>
    public int Id { get; }

    /// <summary>What is mounted.</summary>
    public IFileSystem FileSystem { get; }

    /// <summary>The dentry that appears at the mount point.</summary>
    public Dentry Root { get; }

    /// <summary>Where it is mounted; null for the root of a namespace.</summary>
    public VfsPath MountPoint { get; }

    /// <summary>MS_RDONLY, MS_NOSUID ...</summary>
    public MountFlags Flags { get; internal set; }

    /// <summary>Whether nothing may be changed through it.</summary>
    public bool IsReadOnly => (Flags & MountFlags.MS_RDONLY) != 0 || FileSystem.IsReadOnly;
}
