using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Proc;

/// <summary>What a mount of type mqueue shows: the queues of the namespace of whoever mounts. mq_overview(7).</summary>
public static class MessageQueueMounts
{
    /// <summary>The file system for the calling task.</summary>
    public static IFileSystem Open(VirtualFileSystem vfs, LxBrand brand) => ProcFileSystem.Namespaces(brand).Ipc.PosixQueues.FileSystem(vfs);
}
