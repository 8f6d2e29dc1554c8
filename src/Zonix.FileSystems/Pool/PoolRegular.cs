using Zonix.Storage.Groups;
using Zonix.Storage.Layers;

namespace Zonix.FileSystems.Pool;

/// <summary>A regular file.</summary>
internal sealed class PoolRegular : PoolInode, IOpenableInode, ICountedInode
{
    private PoolContent? content;
    private OpenCounts openCounts;
    private int opens;

    public PoolRegular(DatasetFileSystem fileSystem, TreeNode node)
        : base(fileSystem, node)
    {
    }

    public PoolRegular(DatasetFileSystem fileSystem, InodeState state)
        : base(fileSystem, state)
    {
    }

    public ref OpenCounts Opens => ref openCounts;

    public PoolContent Content => Volatile.Read(ref content) ??
        Interlocked.CompareExchange(ref content, new PoolContent(this), null) ?? content!;

    /// <summary>Whether anybody may write to it through a descriptor.</summary>
    public bool HasWriters => openCounts.Writers > 0;

    protected override bool IsInUse => Volatile.Read(ref opens) > 0 || Volatile.Read(ref content) is { IsMappedWritable: true };

    public override Errno GetAttributes(out InodeAttributes result)
    {
        base.GetAttributes(out result);
        if (Volatile.Read(ref content) is { } own)
        {
            result.Size = (ulong)own.Size;
            result.Blocks = own.Blocks;
        }
        else
        {
            result.Blocks = Node is { } node ? PoolContent.BlocksOf(node.Stored) : 0;
        }
        return 0;
    }

    public override Errno SetAttributes(in AttributeChange change)
    {
        if (FileSystem.IsReadOnly)
            return Errno.EROFS;
        if (change.Size is { } size)
        {
            if (size > long.MaxValue)
                return Errno.EFBIG;
            Errno e = Content.Resize((long)size);
            if (e != 0)
                return e;
            State.Modified(change.Now);
        }
        Apply(change);
        return 0;
    }

    public Errno Open(OpenFlags flags, out IFile? file)
    {
        file = null;
        bool writes = (flags & OpenFlags.O_ACCMODE) != OpenFlags.O_RDONLY;
        if (FileSystem.IsReadOnly && (writes || (flags & OpenFlags.O_TRUNC) != 0))
            return Errno.EROFS;
        if ((flags & OpenFlags.O_TRUNC) != 0)
        {
            Errno e = Content.Resize(0);
            if (e != 0)
                return e;
            Modified();
        }
        Interlocked.Increment(ref opens);
        file = new PoolFile(this, (flags & OpenFlags.O_DSYNC) != 0);
        return 0;
    }

    /// <summary>The content was changed.</summary>
    public void Modified()
    {
        State.Modified(Now);
        Changed();
    }

    public void Closed()
    {
        if (Interlocked.Decrement(ref opens) == 0 && Links == 0)
            Changed();
    }

    public void GetModifyTime(out Timestamp modify)
    {
        base.GetAttributes(out InodeAttributes now);
        modify = now.Modify;
    }

    public override void Committed(InodeChange change, ChangeBatch batch)
    {
        base.Committed(change, batch);
        Content.Committed(change, batch.Kind == CaptureKind.Freeze);
    }

    protected override void GetRow(out InodeAttributes result) => base.GetAttributes(out result);

    protected override void Gone() => Volatile.Read(ref content)?.Free();

    protected override InodeChange Describe(in InodeAttributes now, CaptureKind kind, long layer, bool isDeleted)
    {
        PoolContent.Captured taken = Content.Capture(kind, isDeleted);
        return base.Describe(now, kind, layer, isDeleted) with
        {
            Size = taken.Size,
            Content = taken.Content,
            Bytes = taken.Bytes,
            Settles = taken.Settles,
            Replaces = RowLayer == layer ? taken.RowContent : 0,
            StoredBefore = (RowLayer == layer ? taken.RowStored : 0, RowLayer == 0 ? 0 : taken.RowStored),
        };
    }
}
