namespace Zonix.FileSystems.Tmpfs;

/// <summary>An open directory.</summary>
internal sealed class TmpDirectoryFile(TmpDirectory inode) : IDirectoryFile
{
    public IInode Inode => inode;

    public Errno ReadEntries(ref long position, ref DirectoryBuffer buffer, ulong parentInode)
    {
        inode.ReadEntries(ref position, ref buffer, parentInode);
        return 0;
    }

    public void Close()
    {
    }
}
