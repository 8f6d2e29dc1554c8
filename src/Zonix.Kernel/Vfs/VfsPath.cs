namespace Zonix.Kernel.Vfs;

/// <summary>A place in the tree of mounts: a dentry as seen through a mount.</summary>
public readonly record struct VfsPath(Mount Mount, Dentry Dentry)
{
    /// <summary>Whether it names anything.</summary>
    public bool IsNull => Dentry is null;

    /// <summary>The inode; only for places that exist.</summary>
    public IInode Inode => Dentry.Inode!;
}
