using Zonix.Host.Files;

namespace Zonix.FileSystems.Tmpfs;

/// <summary>A regular file.</summary>
internal sealed class TmpRegular(TmpFileSystem fileSystem, InodeState state, uint seals = TmpContent.F_SEAL_SEAL) : ITmpInode, IOpenableInode, ICountedInode
{
    private int opens;
    private OpenCounts openCounts;
    private int counted = 1;

    public IFileSystem FileSystem => fileSystem;

    public InodeState State => state;

    public MemoryAttributes Attributes { get; } = new();

    public TmpContent Content { get; } = new(fileSystem) { Seals = seals };

    public InodeAccess Access => state.Access;

    public ref OpenCounts Opens => ref openCounts;

    /// <summary>Whether it stands for a file on a disk: in the upper layer of an overlay.</summary>
    public bool KeepsDisk => fileSystem.IsUpper;

    public Timestamp Now => fileSystem.Now;

    public Errno GetAttributes(out InodeAttributes attributes)
    {
        state.Get(out attributes);
        attributes.Size = (ulong)Content.Size;
        attributes.Blocks = Content.Blocks;
        return 0;
    }

    public Errno SetAttributes(in AttributeChange change)
    {
        const uint Execute = 0x49;
        if (change.Mode is { } mode && (Content.Seals & TmpContent.F_SEAL_EXEC) != 0 && ((mode ^ Access.Mode) & Execute) != 0)
            return Errno.EPERM;
        if (change.Size is { } size)
        {
            if (size > long.MaxValue)
                return Errno.EFBIG;
            Errno e = Content.Resize((long)size);
            if (e != 0)
                return e;
            state.Modified(change.Now);
        }
        state.Apply(change);
        return 0;
    }

    public Errno Open(OpenFlags flags, out IFile? file)
    {
        file = null;
        if ((flags & OpenFlags.O_TRUNC) != 0)
        {
            Errno e = Content.Resize(0);
            if (e != 0)
                return e;
            state.Modified(Now);
        }
        Interlocked.Increment(ref opens);
        file = new TmpFile(this);
        return 0;
    }

    /// <summary>Fills it from a host file: copy-up.</summary>
    public Errno Fill(HostFile source, long length) => Content.CopyFrom(source, length);

    public void Closed()
    {
        if (Interlocked.Decrement(ref opens) == 0 && state.Links == 0)
            Free();
    }

    public void Unlinked()
    {
        if (Volatile.Read(ref opens) == 0 && state.Links == 0)
            Free();
    }

    private void Free()
    {
        Content.Free();
        if (fileSystem.Limits is { } limits && Interlocked.Exchange(ref counted, 0) == 1)
            limits.DropInode();
    }
}
