using System.Text;
using Zonix.FileSystems.Tmpfs;
using Zonix.Storage.Groups;
using Zonix.Storage.Layers;

namespace Zonix.FileSystems.Pool;

/// <summary>
/// An inode of a dataset: what the layers below say of it, until something about it is changed; from then on its own state. What was
/// changed stays in memory while the file system is open.
/// </summary>
internal abstract class PoolInode : IInode, IExtendedAttributes
{
    private readonly TreeNode? node;
    private volatile InodeState? own;
    private MemoryAttributes? attributes;
    private int dirty;

    /// <summary>One that was there before.</summary>
    protected PoolInode(DatasetFileSystem fileSystem, TreeNode node)
    {
        (FileSystem, this.node) = (fileSystem, node);
        RowLayer = node.Layer;
        // Who may do what must be found without reading attributes.
        if (node.Attributes is { } packed && packed.AsSpan().IndexOf("system.posix_acl"u8) >= 0)
            own = new InodeState(FromNode(), ReadAcls(packed));
    }

    /// <summary>A new one.</summary>
    protected PoolInode(DatasetFileSystem fileSystem, InodeState state) => (FileSystem, own) = (fileSystem, state);

    public DatasetFileSystem FileSystem { get; }

    IFileSystem IInode.FileSystem => FileSystem;

    public bool KeepsFlags => true;

    public ulong Number => node?.Inode ?? own!.Number;

    public InodeAccess Access => own is { } state
        ? state.Access
        : new InodeAccess(node!.Mode, node.Uid, node.Gid) { Flags = (InodeFlags)node.Flags };

    /// <summary>Names it has.</summary>
    public uint Links => own?.Links ?? node!.Links;

    /// <summary>What the layers say; null of a new one.</summary>
    public TreeNode? Node => node;

    /// <summary>The layer that has its row as last committed; 0: none has.</summary>
    public long RowLayer { get; private set; }

    /// <summary>Attributes that can be changed; <see cref="Changed"/> comes after every change.</summary>
    public InodeState State
    {
        get
        {
            if (own is { } known)
                return known;
            lock (this)
                return own ??= new InodeState(FromNode(), null);
        }
    }

    protected Timestamp Now => FileSystem.Now;

    public virtual Errno GetAttributes(out InodeAttributes result)
    {
        if (own is { } state)
            state.Get(out result);
        else
            result = FromNode();
        return 0;
    }

    public virtual Errno SetAttributes(in AttributeChange change)
    {
        if (FileSystem.IsReadOnly)
            return Errno.EROFS;
        if (change.Size is not null)
            return Access.IsDirectory ? Errno.EISDIR : Errno.EINVAL;
        Apply(change);
        return 0;
    }

    public SysResult GetAttribute(ReadOnlySpan<byte> name, Span<byte> value)
    {
        if (TmpAcls.IsAcl(name, out bool inherited))
            return own is { } state ? TmpAcls.Get(state, inherited, value) : Errno.ENODATA;
        return Attributes(forChange: false) is { } all ? all.Get(name, value) : Errno.ENODATA;
    }

    public Errno SetAttribute(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, int flags)
    {
        if (FileSystem.IsReadOnly)
            return Errno.EROFS;
        Errno e;
        if (TmpAcls.IsAcl(name, out bool inherited))
            e = TmpAcls.Set(State, inherited, value, Now);
        else if ((e = Attributes(forChange: true)!.Set(name, value, flags)) == 0)
            State.Apply(new AttributeChange { Now = Now });
        if (e == 0)
            Changed();
        return e;
    }

    public Errno RemoveAttribute(ReadOnlySpan<byte> name)
    {
        if (FileSystem.IsReadOnly)
            return Errno.EROFS;
        Errno e;
        if (TmpAcls.IsAcl(name, out bool inherited))
            e = TmpAcls.Set(State, inherited, default, Now);
        else if ((e = Attributes(forChange: true)!.Remove(name)) == 0)
            State.Apply(new AttributeChange { Now = Now });
        if (e == 0)
            Changed();
        return e;
    }

    public SysResult ListAttributes(Span<byte> names)
    {
        SysResult acls = own is { } state ? TmpAcls.List(state, names) : 0;
        if (acls.IsError || Attributes(forChange: false) is not { } all)
            return acls;
        SysResult others = all.List(names.IsEmpty ? names : names[(int)acls.Value..], measures: names.IsEmpty);
        return others.IsError ? others : acls.Value + others.Value;
    }

    /// <summary>Something about it was changed: it belongs into the next group.</summary>
    public void Changed()
    {
        if (Volatile.Read(ref dirty) == 0 && Interlocked.Exchange(ref dirty, 1) == 0)
            FileSystem.AddDirty(this);
    }

    /// <summary>A name more or less.</summary>
    public void AddLinks(int count)
    {
        State.AddLinks(count, Now);
        Changed();
    }

    /// <summary>A name was taken away.</summary>
    public virtual void Unlinked()
    {
    }

    /// <summary>Adds what has changed to a batch. Under the tree gate.</summary>
    public void Capture(ChangeBatch batch, CaptureKind kind)
    {
        Volatile.Write(ref dirty, 0);
        if (Links == 0 && !IsInUse)
        {
            if (RowLayer != 0)
                batch.Inodes.Add(Describe(default, kind, batch.Layer, isDeleted: true));
            Gone();
            return;
        }
        if (Links == 0 && RowLayer == 0)
        {
            // It has no name, and nothing would be left of it: its last user asks again.
            return;
        }
        GetRow(out InodeAttributes now);
        batch.Inodes.Add(Describe(now, kind, batch.Layer, isDeleted: false));
        CaptureNames(batch);
    }

    /// <summary>The change is in the database.</summary>
    public virtual void Committed(InodeChange change, ChangeBatch batch) => RowLayer = change.IsDeleted ? 0 : batch.Layer;

    /// <summary>Whether somebody has it open, so that it lives on without a name.</summary>
    protected virtual bool IsInUse => false;

    protected void Apply(in AttributeChange change)
    {
        State.Apply(change);
        Changed();
    }

    /// <summary>The attributes that a row has: what is asked of the host each time is none of them.</summary>
    protected virtual void GetRow(out InodeAttributes result) => GetAttributes(out result);

    protected virtual void CaptureNames(ChangeBatch batch)
    {
    }

    /// <summary>Nothing refers to it any more.</summary>
    protected virtual void Gone()
    {
    }

    /// <summary>The change, with what only the type of inode knows.</summary>
    protected virtual InodeChange Describe(in InodeAttributes now, CaptureKind kind, long layer, bool isDeleted) => new()
    {
        Inode = Number,
        IsDeleted = isDeleted,
        Hides = isDeleted && Hides(layer),
        Mode = now.Mode,
        Uid = now.Uid,
        Gid = now.Gid,
        Links = now.Links,
        Flags = (uint)now.Flags,
        Rdev = now.Rdev,
        Size = (long)now.Size,
        AccessNs = Nanoseconds(now.Access),
        ModifyNs = Nanoseconds(now.Modify),
        ChangeNs = Nanoseconds(now.Change),
        BirthNs = Nanoseconds(now.Birth),
        Target = Target,
        Attributes = isDeleted ? null : PackAttributes(),
        Owner = this,
    };

    /// <summary>The text of a symbolic link.</summary>
    protected virtual byte[]? Target => null;

    // Whether a layer below may have it, so that its end must be written down.
    private bool Hides(long layer) => FileSystem.HasLowerLayers && (RowLayer != layer || node is not null || FileSystem.WasFrozen);

    private static long Nanoseconds(Timestamp time)
    {
        Int128 ns = ((Int128)time.Seconds * 1_000_000_000) + time.Nanoseconds;
        return (long)Int128.Clamp(ns, long.MinValue, long.MaxValue);
    }

    private byte[]? PackAttributes()
    {
        if (attributes is null && node?.Attributes is null && own?.Access.Acls is null)
            return null;
        var all = new List<(byte[], byte[])>();
        if (own?.Access.Acls is { } acls)
        {
            AddAcl(all, "system.posix_acl_access"u8, acls.Access);
            AddAcl(all, "system.posix_acl_default"u8, acls.Default);
        }
        if (attributes is null)
        {
            ReadOnlySpan<byte> packed = node?.Attributes;
            while (AttributeList.TryNext(ref packed, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
            {
                if (!TmpAcls.IsAcl(name, out _))
                    all.Add((name.ToArray(), value.ToArray()));
            }
            return AttributeList.Pack(all);
        }
        byte[] names = new byte[(int)attributes.List(default, measures: true).Value];
        if (attributes.List(names, measures: false) is { IsError: false, Value: > 0 } listed)
        {
            foreach (string name in Encoding.Latin1.GetString(names, 0, (int)listed.Value).Split('\0', StringSplitOptions.RemoveEmptyEntries))
            {
                byte[] key = Encoding.Latin1.GetBytes(name), value = new byte[65536];
                SysResult got = attributes.Get(key, value);
                if (!got.IsError)
                    all.Add((key, value[..(int)got.Value]));
            }
        }
        return AttributeList.Pack(all);
    }

    private static void AddAcl(List<(byte[], byte[])> all, ReadOnlySpan<byte> name, FileAcl? acl)
    {
        if (acl is null)
            return;
        byte[] value = new byte[acl.Size];
        acl.Write(value);
        all.Add((name.ToArray(), value));
    }

    private static FileAcls? ReadAcls(byte[] packed)
    {
        FileAcl? access = null, inherited = null;
        if (AttributeList.TryFind(packed, "system.posix_acl_access"u8, out ReadOnlySpan<byte> value))
            FileAcl.Parse(value, out access);
        if (AttributeList.TryFind(packed, "system.posix_acl_default"u8, out value))
            FileAcl.Parse(value, out inherited);
        return FileAcls.Of(access, inherited);
    }

    private MemoryAttributes? Attributes(bool forChange)
    {
        if (Volatile.Read(ref attributes) is { } known)
            return known;
        if (node?.Attributes is null && !forChange)
            return null;
        lock (this)
        {
            if (attributes is not null)
                return attributes;
            var made = new MemoryAttributes();
            ReadOnlySpan<byte> packed = node?.Attributes;
            while (AttributeList.TryNext(ref packed, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
            {
                if (!TmpAcls.IsAcl(name, out _))
                    made.Set(name, value, 0);
            }
            Volatile.Write(ref attributes, made);
            return made;
        }
    }

    private InodeAttributes FromNode() => new()
    {
        Device = FileSystem.Device,
        Inode = node!.Inode,
        Mode = node.Mode,
        Uid = node.Uid,
        Gid = node.Gid,
        Links = node.Links,
        Flags = (InodeFlags)node.Flags,
        Rdev = node.Rdev,
        Size = (ulong)node.Size,
        BlockSize = 4096,
        Access = Timestamp.FromNanoseconds(node.AccessNs),
        Modify = Timestamp.FromNanoseconds(node.ModifyNs),
        Change = Timestamp.FromNanoseconds(node.ChangeNs),
        Birth = Timestamp.FromNanoseconds(node.BirthNs),
    };
}
