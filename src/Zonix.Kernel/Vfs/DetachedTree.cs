namespace Zonix.Kernel.Vfs;

/// <summary>The descriptor of mounts that are attached nowhere; with it they go, unless they have found a place. open_tree(2), fsmount(2).</summary>
public sealed class DetachedTree(MountTable table, Mount mount) : IFile
{
    /// <inheritdoc/>
    public IInode Inode => mount.Root.Inode!;

    /// <inheritdoc/>
    public void Close() => table.DissolveTree(mount);
}
