using Zonix.Kernel.Events;
using Zonix.Storage.Layers;

namespace Zonix.FileSystems.Pool;

/// <summary>A device node, FIFO or socket.</summary>
internal sealed class PoolNode : PoolInode, IOpenableInode
{
    private Pipe? pipe;

    public PoolNode(DatasetFileSystem fileSystem, TreeNode node)
        : base(fileSystem, node)
    {
    }

    public PoolNode(DatasetFileSystem fileSystem, InodeState state)
        : base(fileSystem, state)
    {
    }

    public Errno Open(OpenFlags flags, out IFile? file)
    {
        file = null;
        switch (Access.Type)
        {
            case FileModeBits.S_IFIFO:
                if (pipe is null)
                    Interlocked.CompareExchange(ref pipe, new Pipe(FileSystem.Vfs.PipeLimits), null);
                return PipeEnd.OpenFifo(pipe, this, flags, out file);
            case FileModeBits.S_IFCHR or FileModeBits.S_IFBLK:
                GetAttributes(out InodeAttributes node);
                return FileSystem.Vfs.Devices.Open(this, node.Rdev, flags, out file);
            default:
                return Errno.ENXIO;
        }
    }
}
