using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Sockets;

/// <summary>The inodes that sockets show to fstat(2).</summary>
public static class SocketInode
{
    /// <summary>One for a new socket of a task.</summary>
    public static IInode Create(KernelTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return task.FileSystem.Vfs.CreateNamelessInode(FileModeBits.S_IFSOCK | 0x1FF, task.Credentials.FsUid, task.Credentials.FsGid);
    }
}
