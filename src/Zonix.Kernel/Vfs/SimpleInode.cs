namespace Zonix.Kernel.Vfs;

/// <summary>An inode that is nothing but its attributes: of pipes, event descriptors, sockets.</summary>
public sealed class SimpleInode : IInode
{
    private readonly Lock gate = new();
    private InodeAttributes current;

    /// <summary>With these attributes; <paramref name="mode"/> holds the type too.</summary>
    public SimpleInode(IFileSystem fileSystem, ulong number, uint mode, uint uid, uint gid, Timestamp now)
    {
        FileSystem = fileSystem;
        current = new InodeAttributes
        {
            Device = fileSystem.Device, Inode = number, Mode = mode, Links = 1, Uid = uid, Gid = gid, BlockSize = 4096,
            Access = now, Modify = now, Change = now, Birth = now,
        };
    }

    /// <inheritdoc/>
    public IFileSystem FileSystem { get; }

    /// <inheritdoc/>
    public InodeAccess Access
    {
        get
        {
            lock (gate)
                return new(current.Mode, current.Uid, current.Gid);
        }
    }

    /// <inheritdoc/>
    public Errno GetAttributes(out InodeAttributes attributes)
    {
        lock (gate)
            attributes = current;
        return 0;
    }

    /// <inheritdoc/>
    public Errno SetAttributes(in AttributeChange change)
    {
        if (change.Size is not null)
            return Errno.EINVAL;
        lock (gate)
            change.ApplyTo(ref current);
        return 0;
    }
}
