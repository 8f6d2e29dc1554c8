namespace Zonix.Kernel.Vfs;

/// <summary>An inode that can be opened for I/O.</summary>
public interface IOpenableInode : IInode
{
    /// <summary>
    /// Opens it. <paramref name="flags"/> are those of open(2) that concern the file: access mode, O_TRUNC (already
    /// permitted), O_NONBLOCK. EAGAIN asks the caller to wait (a FIFO without its other end).
    /// </summary>
    Errno Open(OpenFlags flags, out IFile? file);
}
