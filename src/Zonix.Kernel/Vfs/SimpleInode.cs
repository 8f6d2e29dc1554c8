namespace Zonix.Kernel.Vfs;

/// <summary>An inode that is nothing but its attributes: of pipes, event descriptors, sockets.</summary>
public sealed class SimpleInode(IFileSystem fileSystem, ulong number, uint mode, uint uid, uint gid, Timestamp now, ulong size = 0) : IInode
{
    private readonly InodeState state = new(fileSystem.Device, number, mode, uid, gid, now);

    /// <inheritdoc/>
    public IFileSystem FileSystem { get; } = fileSystem;

    /// <inheritdoc/>
    public InodeAccess Access => state.Access;

    /// <inheritdoc/>
    public Errno GetAttributes(out InodeAttributes attributes)
    {
        state.Get(out attributes);
        attributes.Size = size;
        return 0;
    }

    /// <inheritdoc/>
    public Errno SetAttributes(in AttributeChange change)
    {
        if (change.Size is not null)
            return Errno.EINVAL;
        state.Apply(change);
        return 0;
    }
}
