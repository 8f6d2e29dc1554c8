using Zonix.Kernel.Events;

namespace Zonix.FileSystems.Folder;

/// <summary>
/// A FIFO, socket or device of a folder. A FIFO connects processes of the machine, not of the host; a device is the machine's
/// own of that number, if it has one.
/// </summary>
internal sealed class FolderNode(FolderInode common, ulong device) : IFolderInode, IOpenableInode
{
    private Pipe? pipe;

    public FolderInode Common => common;

    public Errno Open(OpenFlags flags, out IFile? file)
    {
        file = null;
        VirtualFileSystem vfs = common.FileSystem.Vfs;
        switch (common.Identity.Type)
        {
            case FileModeBits.S_IFIFO:
                if (pipe is null)
                    Interlocked.CompareExchange(ref pipe, new Pipe(vfs.PipeLimits), null);
                return PipeEnd.OpenFifo(pipe, this, flags, out file);
            case FileModeBits.S_IFCHR or FileModeBits.S_IFBLK:
                return vfs.Devices.Open(this, device, flags, out file);
            default:
                return Errno.ENXIO;
        }
    }
}
