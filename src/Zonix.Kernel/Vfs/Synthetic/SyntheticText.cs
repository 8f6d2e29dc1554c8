namespace Zonix.Kernel.Vfs.Synthetic;

/// <summary>A file whose text is made when it is opened, and that may take what is written to it.</summary>
public sealed class SyntheticText(SyntheticNode node, Func<byte[]> read, Func<ReadOnlyMemory<byte>, Errno>? write = null) : IOpenableInode
{
    /// <inheritdoc/>
    public IFileSystem FileSystem => node.FileSystem;

    /// <inheritdoc/>
    public InodeAccess Access => node.Access(FileModeBits.S_IFREG);

    /// <inheritdoc/>
    public Errno GetAttributes(out InodeAttributes attributes)
    {
        attributes = node.Attributes(FileModeBits.S_IFREG);
        return 0;
    }

    /// <summary>Truncation on open is accepted: it means nothing here.</summary>
    public Errno SetAttributes(in AttributeChange change) => change.Size is not null ? 0 : Errno.EPERM;

    /// <inheritdoc/>
    public Errno Open(OpenFlags flags, out IFile? file)
    {
        file = null;
        if ((flags & OpenFlags.O_ACCMODE) != OpenFlags.O_RDONLY && write is null)
            return Errno.EACCES;
        file = new SyntheticTextFile(this, read, write);
        return 0;
    }
}
