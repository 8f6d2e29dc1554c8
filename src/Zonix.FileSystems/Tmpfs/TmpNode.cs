using Zonix.Kernel.Events;

namespace Zonix.FileSystems.Tmpfs;

/// <summary>A device node, FIFO or socket.</summary>
internal sealed class TmpNode(TmpFileSystem fileSystem, InodeState state) : ITmpInode, IOpenableInode
{
    private Pipe? pipe;

    public IFileSystem FileSystem => fileSystem;

    public InodeState State => state;

    public MemoryAttributes Attributes { get; } = new();

    public InodeAccess Access => state.Access;

    public Errno GetAttributes(out InodeAttributes attributes)
    {
        state.Get(out attributes);
        return 0;
    }

    public Errno SetAttributes(in AttributeChange change)
    {
        if (change.Size is not null)
            return Errno.EINVAL;
        state.Apply(change);
        return 0;
    }

    public Errno Open(OpenFlags flags, out IFile? file)
    {
        file = null;
        switch (Access.Type)
        {
            case FileModeBits.S_IFIFO:
                if (pipe is null)
                    Interlocked.CompareExchange(ref pipe, new Pipe(fileSystem.Vfs.PipeLimits), null);
                return PipeEnd.OpenFifo(pipe, this, flags, out file);
            case FileModeBits.S_IFCHR or FileModeBits.S_IFBLK:
                return fileSystem.Vfs.Devices.Open(this, state.Rdev, flags, out file);
            default:
                return Errno.ENXIO;
        }
    }

    public void Unlinked()
    {
        if (state.Links == 0)
            fileSystem.Limits?.DropInode();
    }
}
