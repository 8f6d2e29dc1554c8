using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Ipc;

/// <summary>The POSIX message queues of an IPC namespace as files; all its mounts are one. mq_overview(7), /dev/mqueue.</summary>
public sealed class PosixQueueFileSystem : IFileSystem
{
    private const long MQUEUE_MAGIC = 0x19800202;
    private const uint RootPermissions = 0x3FF;
    private readonly VirtualFileSystem vfs;
    private readonly PosixQueues queues;
    private long lastInode = 1;

    internal PosixQueueFileSystem(VirtualFileSystem vfs, PosixQueues queues)
    {
        this.vfs = vfs;
        this.queues = queues;
        Device = vfs.AllocateDevice();
        Root = new Dentry(new PosixQueueDirectory(this, queues, CreateState(1, FileModeBits.S_IFDIR | RootPermissions, 0, 0, links: 2)));
    }

    /// <inheritdoc/>
    public string TypeName => "mqueue";

    /// <inheritdoc/>
    public string Source => "mqueue";

    /// <inheritdoc/>
    public string Options => "";

    /// <inheritdoc/>
    public ulong Device { get; }

    /// <inheritdoc/>
    public bool IsReadOnly => false;

    /// <inheritdoc/>
    public Dentry Root { get; }

    /// <inheritdoc/>
    public Lock RenameGate { get; } = new();

    /// <inheritdoc/>
    public Errno Walk(ref PathWalk walk) => DentryWalk.Walk(ref walk);

    /// <inheritdoc/>
    public Errno GetStatistics(out FileSystemStatistics statistics)
    {
        statistics = new FileSystemStatistics { Type = MQUEUE_MAGIC, BlockSize = 4096, NameLength = 255 };
        return 0;
    }

    internal PosixQueue CreateQueue(uint permissions, uint uid, uint gid, int maxMessages, int messageSize, uint owner)
    {
        InodeState state = CreateState((ulong)Interlocked.Increment(ref lastInode), FileModeBits.S_IFREG | permissions, uid, gid, links: 1);
        return new PosixQueue(queue => new PosixQueueInode(this, queues, state) { Queue = queue }, maxMessages, messageSize, owner);
    }

    private InodeState CreateState(ulong number, uint mode, uint uid, uint gid, uint links) => new(Device, number, mode, uid, gid, vfs.Now, links);
}
