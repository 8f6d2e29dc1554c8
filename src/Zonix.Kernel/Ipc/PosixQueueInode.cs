using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Ipc;

/// <summary>A POSIX message queue as a file. mq_overview(7).</summary>
internal sealed class PosixQueueInode(PosixQueueFileSystem fileSystem, PosixQueues queues, InodeState state) : IOpenableInode
{
    // st_size: the length of the text it can be read as. FILENT_SIZE.
    private const ulong ShownSize = 80;

    public IFileSystem FileSystem => fileSystem;

    public InodeAccess Access => state.Access;

    /// <summary>The queue.</summary>
    public PosixQueue Queue { get; init; } = null!;

    public Errno GetAttributes(out InodeAttributes attributes)
    {
        state.Get(out attributes);
        attributes.Size = ShownSize;
        attributes.Links = Queue.HasName ? 1u : 0;
        return 0;
    }

    public Errno SetAttributes(in AttributeChange change)
    {
        state.Apply(change);
        return 0;
    }

    public Errno Open(OpenFlags flags, out IFile? file)
    {
        file = queues.Open(Queue);
        return 0;
    }
}
