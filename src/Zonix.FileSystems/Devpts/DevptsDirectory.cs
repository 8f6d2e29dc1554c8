using System.Buffers.Text;

namespace Zonix.FileSystems.Devpts;

/// <summary>The root of devpts: its entries come and go with their ptys, and by no call.</summary>
internal sealed class DevptsDirectory(DevptsFileSystem fileSystem, InodeState state) : IDirectoryInode
{
    public IFileSystem FileSystem => fileSystem;

    public InodeAccess Access => state.Access;

    public bool CachesNames => false;

    public Errno GetAttributes(out InodeAttributes attributes)
    {
        state.Get(out attributes);
        attributes.BlockSize = 1024;
        return 0;
    }

    public Errno SetAttributes(in AttributeChange change)
    {
        if (change.Size is not null)
            return Errno.EISDIR;
        state.Apply(change);
        return 0;
    }

    public Errno Lookup(ReadOnlySpan<byte> name, out IInode? inode)
    {
        inode = null;
        if (name.SequenceEqual("ptmx"u8))
            inode = fileSystem.Ptmx;
        else if (Utf8Parser.TryParse(name, out int index, out int used) && used == name.Length && (name[0] != '0' || name.Length == 1) && name[0] != '+')
            inode = fileSystem.Find(index);
        return inode is null ? Errno.ENOENT : 0;
    }

    public Errno Create(ReadOnlySpan<byte> name, in NewInode what, out IInode? inode)
    {
        inode = null;
        return (what.Mode & FileModeBits.S_IFMT) == FileModeBits.S_IFREG ? Errno.EACCES : Errno.EPERM;
    }

    public Errno Link(ReadOnlySpan<byte> name, IInode target) => Errno.EPERM;

    public Errno Unlink(ReadOnlySpan<byte> name, IInode victim) => Errno.EPERM;

    public Errno RemoveDirectory(ReadOnlySpan<byte> name, IInode victim) => Errno.EPERM;

    public Errno Rename(
        ReadOnlySpan<byte> name, IInode moved, IDirectoryInode newParent, ReadOnlySpan<byte> newName, IInode? replaced, RenameFlags flags) => Errno.EPERM;

    public Errno OpenDirectory(out IDirectoryFile? file)
    {
        file = new ListedDirectory(this, listing =>
        {
            fileSystem.List(listing);
            return 0;
        });
        return 0;
    }
}
