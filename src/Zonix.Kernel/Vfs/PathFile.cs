namespace Zonix.Kernel.Vfs;

/// <summary>What O_PATH opens: a name for a place.</summary>
internal sealed class PathFile(IInode inode) : IFile
{
    public IInode Inode => inode;

    public void Close()
    {
    }
}
