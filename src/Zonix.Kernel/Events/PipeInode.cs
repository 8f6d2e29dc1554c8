using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Events;

/// <summary>The inode of a pipe: opening it again, through /proc/self/fd, gives another end. pipe(7).</summary>
public sealed class PipeInode(IFileSystem fileSystem, PipeLimits limits, ulong number, uint uid, uint gid, Timestamp now) : IOpenableInode
{
    private readonly InodeState state = new(fileSystem.Device, number, FileModeBits.S_IFIFO | 0x180, uid, gid, now);

    /// <summary>The pipe.</summary>
    public Pipe Pipe { get; } = new(limits);

    /// <summary>Inode number: /proc/self/fd shows pipe:[number].</summary>
    public ulong Number => state.Number;

    /// <inheritdoc/>
    public IFileSystem FileSystem => fileSystem;

    /// <inheritdoc/>
    public InodeAccess Access => state.Access;

    /// <inheritdoc/>
    public Errno GetAttributes(out InodeAttributes attributes)
    {
        state.Get(out attributes);
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

    /// <inheritdoc/>
    public Errno Open(OpenFlags flags, out IFile? file) => PipeEnd.OpenFifo(Pipe, this, flags, out file);
}
