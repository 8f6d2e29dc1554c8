namespace Zonix.Kernel.Vfs.Synthetic;

/// <summary>A file whose text is made when it is read, and that may take what is written to it.</summary>
public sealed class SyntheticText : IOpenableInode
{
    private readonly SyntheticNode node;
    private readonly SyntheticRead read;
    private readonly Func<ReadOnlyMemory<byte>, Errno>? write;

    /// <summary>A file whose text may be refused.</summary>
    public SyntheticText(SyntheticNode node, SyntheticRead read, Func<ReadOnlyMemory<byte>, Errno>? write = null)
    {
        this.node = node;
        this.read = read;
        this.write = write;
    }

    /// <summary>A file that can always be read.</summary>
    public SyntheticText(SyntheticNode node, Func<byte[]> read, Func<ReadOnlyMemory<byte>, Errno>? write = null)
        : this(node, (out byte[] text) => Always(read, out text), write)
    {
    }

    /// <summary>Asked when it is opened: 0, or why not.</summary>
    public Func<OpenFlags, Errno>? Guard { get; init; }

    /// <summary>The size that stat(2) shows; most files have none.</summary>
    public ulong Size { get; init; }

    /// <inheritdoc/>
    public IFileSystem FileSystem => node.FileSystem;

    /// <inheritdoc/>
    public InodeAccess Access => node.Access(FileModeBits.S_IFREG);

    /// <inheritdoc/>
    public Errno GetAttributes(out InodeAttributes attributes)
    {
        attributes = node.Attributes(FileModeBits.S_IFREG, Size);
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
        if (Guard?.Invoke(flags) is { } refused and not 0)
            return refused;
        file = new SyntheticTextFile(this, read, write);
        return 0;
    }

    private static Errno Always(Func<byte[]> read, out byte[] text)
    {
        text = read();
        return 0;
    }
}
