namespace Zonix.Kernel.Vfs.Synthetic;

/// <summary>A directory that nothing can be made in.</summary>
public sealed class SyntheticDirectory(SyntheticFileSystem fileSystem, SyntheticNode node, ISyntheticEntries entries, bool cachesNames)
    : IDirectoryInode
{
    /// <summary>What is in it.</summary>
    public ISyntheticEntries Entries => entries;

    /// <inheritdoc/>
    public IFileSystem FileSystem => fileSystem;

    /// <inheritdoc/>
    public InodeAccess Access => node.Access(FileModeBits.S_IFDIR);

    /// <inheritdoc/>
    public bool CachesNames => cachesNames;

    /// <inheritdoc/>
    public Errno GetAttributes(out InodeAttributes attributes)
    {
        attributes = node.Attributes(FileModeBits.S_IFDIR, links: 2 + (uint)entries.Folders);
        return 0;
    }

    /// <inheritdoc/>
    public Errno SetAttributes(in AttributeChange change) => Errno.EPERM;

    /// <inheritdoc/>
    public Errno Lookup(ReadOnlySpan<byte> name, out IInode? inode)
    {
        inode = entries.Find(name, node.Number);
        return inode is null ? entries.Absence : 0;
    }

    /// <inheritdoc/>
    public Errno Create(ReadOnlySpan<byte> name, in NewInode what, out IInode? inode)
    {
        inode = null;
        return Errno.EACCES;
    }

    /// <inheritdoc/>
    public Errno Link(ReadOnlySpan<byte> name, IInode target) => Errno.EPERM;

    /// <inheritdoc/>
    public Errno Unlink(ReadOnlySpan<byte> name, IInode victim) => Errno.EPERM;

    /// <inheritdoc/>
    public Errno RemoveDirectory(ReadOnlySpan<byte> name, IInode victim) => Errno.EPERM;

    /// <inheritdoc/>
    public Errno Rename(
        ReadOnlySpan<byte> name, IInode moved, IDirectoryInode newParent, ReadOnlySpan<byte> newName, IInode? replaced, RenameFlags flags) =>
        Errno.EPERM;

    /// <inheritdoc/>
    public Errno OpenDirectory(out IDirectoryFile? file)
    {
        file = new ListedDirectory(this, listing =>
        {
            entries.List(listing, node.Number);
            return 0;
        });
        return 0;
    }
}
