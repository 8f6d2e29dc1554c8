namespace Zonix.Kernel.Vfs;

/// <summary>
/// A directory. The caller holds the directory's lock (both directories' for a rename) and has checked permissions and
/// that names exist or do not; the file system need not know dentries.
/// </summary>
public interface IDirectoryInode : IInode
{
    /// <summary>Whether found (and missing) names may be remembered by the dentry cache; false where entries come and go by themselves.</summary>
    bool CachesNames { get; }

    /// <summary>Finds an entry; ENOENT when there is none.</summary>
    Errno Lookup(ReadOnlySpan<byte> name, out IInode? inode);

    /// <summary>Makes a file, directory, node or symbolic link.</summary>
    Errno Create(ReadOnlySpan<byte> name, in NewInode what, out IInode? inode);

    /// <summary>One more name for a file.</summary>
    Errno Link(ReadOnlySpan<byte> name, IInode target);

    /// <summary>Takes a name of something other than a directory away.</summary>
    Errno Unlink(ReadOnlySpan<byte> name, IInode victim);

    /// <summary>Takes an empty directory away; ENOTEMPTY.</summary>
    Errno RemoveDirectory(ReadOnlySpan<byte> name, IInode victim);

    /// <summary>
    /// Moves an entry within the file system, over <paramref name="replaced"/> if that is not null (ENOTEMPTY), or exchanges
    /// both (RENAME_EXCHANGE).
    /// </summary>
    Errno Rename(ReadOnlySpan<byte> name, IInode moved, IDirectoryInode newParent, ReadOnlySpan<byte> newName, IInode? replaced, RenameFlags flags);

    /// <summary>Opens it for reading its entries.</summary>
    Errno OpenDirectory(out IDirectoryFile? file);
}
