using Zonix.FileSystems.Host;
using Zonix.FileSystems.Tmpfs;
using Zonix.Host.Files;

namespace Zonix.FileSystems.Overlay;

/// <summary>Anything but a directory that came from a lower layer: regular file, node; <see cref="OverlayLink"/> for links.</summary>
internal class OverlayFile : IOverlayInode, ICopiedFile, IOpenableInode, IExtendedAttributes, ICountedInode
{
    private readonly OverlayFileSystem overlay;
    private OverlayDirectory parent;
    private byte[]? name;
    private int names;
    private OpenCounts counts;
    private volatile ITmpInode? upper;
    private Kernel.Events.Pipe? pipe;

    protected OverlayFile(OverlayFileSystem overlay, OverlayDirectory parent, byte[]? name, IInode lower, uint links)
    {
        this.overlay = overlay;
        this.parent = parent;
        this.name = name;
        Lower = lower;
        names = (int)links;
    }

    /// <summary>The part in the lower layer.</summary>
    public IInode Lower { get; }

    IInode? ICopiedFile.Lower => Lower;

    public IInode? Upper => upper;

    public IFileSystem FileSystem => overlay;

    public bool KeepsFlags => true;

    public InodeAccess Access => upper?.Access ?? Lower.Access;

    public ref OpenCounts Opens => ref counts;

    // The host's inode knows its name; it is kept here only once it differs.
    private ReadOnlySpan<byte> Name => name is not null ? name : ((IHostInode)Lower).Common.Name;

    public static OverlayFile Create(OverlayFileSystem overlay, OverlayDirectory parent, ReadOnlySpan<byte> name, IInode lower, uint links)
    {
        byte[]? own = lower is IHostInode ? null : name.ToArray();
        return lower is ISymbolicLink ? new OverlayLink(overlay, parent, own, lower, links) : new OverlayFile(overlay, parent, own, lower, links);
    }

    public Errno GetAttributes(out InodeAttributes attributes)
    {
        Errno e = Lower.GetAttributes(out attributes);
        if (upper is { } copy)
        {
            (ulong number, Timestamp birth) = (attributes.Inode, attributes.Birth);
            e = copy.GetAttributes(out attributes);
            (attributes.Inode, attributes.Birth) = (number, birth);
        }
        attributes.Device = overlay.Device;
        attributes.Links = (uint)Math.Max(0, Volatile.Read(ref names));
        return e;
    }

    public Errno SetAttributes(in AttributeChange change)
    {
        Errno e = CopyUp(withContent: change.Size is not 0);
        return e != 0 ? e : upper!.SetAttributes(change);
    }

    public Errno Open(OpenFlags flags, out IFile? file)
    {
        file = null;
        switch (Lower.Access.Type)
        {
            case FileModeBits.S_IFIFO:
                if (pipe is null)
                    Interlocked.CompareExchange(ref pipe, new Kernel.Events.Pipe(), null);
                return Kernel.Events.PipeEnd.OpenFifo(pipe, this, flags, out file);
            case FileModeBits.S_IFCHR or FileModeBits.S_IFBLK:
                Lower.GetAttributes(out InodeAttributes node);
                return overlay.Vfs.Devices.Open(this, node.Rdev, flags, out file);
            case FileModeBits.S_IFSOCK:
                return Errno.ENXIO;
        }
        bool truncates = (flags & OpenFlags.O_TRUNC) != 0;
        if ((flags & OpenFlags.O_ACCMODE) != OpenFlags.O_RDONLY || truncates)
        {
            Errno e = CopyUp(withContent: !truncates);
            if (e != 0)
                return e;
        }
        return OverlayOpenFile.Open(this, flags, out file);
    }

    public Errno CopyUp() => CopyUp(withContent: true);

    public void Moved(OverlayDirectory newParent, ReadOnlySpan<byte> newName)
    {
        parent = newParent;
        name = newName.ToArray();
    }

    /// <summary>A name more or less; under the tree gate.</summary>
    internal void AddNames(int count)
    {
        int left = Interlocked.Add(ref names, count);
        // From now on it knows better than the lower layer how many names there are.
        if (left > 0)
            overlay.Keep(this);
        if (left != 0 || upper is not { } copy)
            return;
        copy.State.AddLinks(-1, overlay.Vfs.Now);
        copy.Unlinked();
    }

    public SysResult GetAttribute(ReadOnlySpan<byte> attribute, Span<byte> value) =>
        (upper ?? Lower) is IExtendedAttributes source ? source.GetAttribute(attribute, value) : Errno.EOPNOTSUPP;

    public Errno SetAttribute(ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> value, int flags)
    {
        Errno e = CopyUp();
        return e != 0 ? e : ((IExtendedAttributes)upper!).SetAttribute(attribute, value, flags);
    }

    public Errno RemoveAttribute(ReadOnlySpan<byte> attribute)
    {
        Errno e = CopyUp();
        return e != 0 ? e : ((IExtendedAttributes)upper!).RemoveAttribute(attribute);
    }

    public SysResult ListAttributes(Span<byte> list) =>
        (upper ?? Lower) is IExtendedAttributes source ? source.ListAttributes(list) : Errno.EOPNOTSUPP;

    private Errno CopyUp(bool withContent)
    {
        if (upper is not null)
            return 0;
        lock (this)
        {
            if (upper is not null)
                return 0;
            Errno e = MakeCopy(withContent, out ITmpInode? copy);
            if (e != 0)
                return e;
            lock (overlay.TreeGate)
            {
                if (names > 0 && (e = Place(copy!)) != 0)
                    return e;
                overlay.Remember(copy!, this);
                if (names > 1)
                    overlay.Keep(this);
                // Other names of a hard link lead here through the lower layer: the copy must outlive its own name.
                if (names > 0)
                    copy!.State.AddLinks(1, overlay.Vfs.Now);
                upper = copy;
            }
            return 0;
        }
    }

    // A file that lost this name but has others stays reachable by them through the lower layer and this object.
    private Errno Place(ITmpInode copy)
    {
        Errno e = parent.CopyUp();
        if (e != 0)
            return e;
        TmpDirectory target = parent.UpperDirectory!;
        return target.Lookup(Name, out _) == 0 ? 0 : target.Link(Name, copy);
    }

    private Errno MakeCopy(bool withContent, out ITmpInode? copy)
    {
        ReadOnlySpan<byte> text = default;
        if (Lower is ISymbolicLink link)
        {
            Span<byte> buffer = new byte[PathWalk.PathMax];
            Errno failed = link.ReadLink(buffer, out int length);
            copy = null;
            if (failed != 0)
                return failed;
            text = buffer[..length];
        }
        Errno e = Lower.GetAttributes(out InodeAttributes origin);
        copy = null;
        if (e != 0)
            return e;
        copy = overlay.CreateUnnamed(new NewInode(origin.Mode, origin.Uid, origin.Gid, origin.Rdev, text));
        if (withContent && copy is TmpRegular file && origin.Size > 0)
        {
            e = CopyContent(file);
            if (e != 0)
                return e;
        }
        if (Lower is IExtendedAttributes attributes)
            OverlayCopy.Attributes(attributes, copy);
        copy.State.Apply(new AttributeChange { Access = origin.Access, Modify = origin.Modify, Now = overlay.Vfs.Now });
        return 0;
    }

    private Errno CopyContent(TmpRegular copy)
    {
        if (Lower is not HostRegularInode host)
            return OverlayCopy.Content((IOpenableInode)Lower, copy);
        Errno e = host.Acquire(out HostFile? source);
        if (e != 0)
            return e;
        using (source)
        {
            int error = source!.Stat(out HostStat stat);
            return error != 0 ? (Errno)error : copy.Fill(source, (long)stat.Size);
        }
    }
}
