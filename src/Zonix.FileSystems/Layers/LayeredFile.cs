using Zonix.FileSystems.Overlay;

namespace Zonix.FileSystems.Layers;

/// <summary>Anything but a directory: in the upper layer, or in a lower one until it is changed. <see cref="LayeredLink"/> for links.</summary>
internal class LayeredFile : IOpenableInode, IExtendedAttributes, ICopiedFile, IStackedInode
{
    private readonly LayeredFileSystem overlay;
    private readonly LayeredDirectory? parent;
    private readonly byte[] name;
    private readonly ulong number;
    private volatile IInode? upper;
    private Kernel.Events.Pipe? pipe;

    protected LayeredFile(LayeredFileSystem overlay, LayeredDirectory? parent, byte[] name, Dentry? upper, Dentry? lower)
    {
        this.overlay = overlay;
        this.parent = parent;
        this.name = name;
        this.upper = upper?.Inode;
        Lower = lower?.Inode;
        Shown.GetAttributes(out InodeAttributes attributes);
        number = overlay.NumberOf(Shown, attributes.Inode);
    }

    public IInode? Lower { get; }

    public IInode? Upper => upper;

    public IFileSystem FileSystem => overlay;

    public InodeAccess Access => Shown.Access;

    IInode? IStackedInode.Real => Shown;

    protected IInode Shown => upper ?? Lower!;

    public static LayeredFile Create(LayeredFileSystem overlay, LayeredDirectory? parent, ReadOnlySpan<byte> name, Dentry? upper, Dentry? lower) =>
        (upper ?? lower)!.Inode is ISymbolicLink
            ? new LayeredLink(overlay, parent, name.ToArray(), upper, lower)
            : new LayeredFile(overlay, parent, name.ToArray(), upper, lower);

    public Errno GetAttributes(out InodeAttributes attributes)
    {
        Errno e = Shown.GetAttributes(out attributes);
        attributes.Device = overlay.Device;
        attributes.Inode = number;
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
        switch (Access.Type)
        {
            case FileModeBits.S_IFIFO:
                if (pipe is null)
                    Interlocked.CompareExchange(ref pipe, new Kernel.Events.Pipe(overlay.Vfs.PipeLimits), null);
                return Kernel.Events.PipeEnd.OpenFifo(pipe, this, flags, out file);
            case FileModeBits.S_IFCHR or FileModeBits.S_IFBLK:
                Shown.GetAttributes(out InodeAttributes node);
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

    public SysResult GetAttribute(ReadOnlySpan<byte> attribute, Span<byte> value)
    {
        if (Shown is not IExtendedAttributes source)
            return Errno.EOPNOTSUPP;
        return source.GetAttribute(overlay.Stored(attribute), value);
    }

    public Errno SetAttribute(ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> value, int flags)
    {
        Errno e = CopyUp();
        return e != 0 ? e : upper is IExtendedAttributes target ? target.SetAttribute(overlay.Stored(attribute), value, flags) : Errno.EOPNOTSUPP;
    }

    public Errno RemoveAttribute(ReadOnlySpan<byte> attribute)
    {
        Errno e = CopyUp();
        return e != 0 ? e : upper is IExtendedAttributes target ? target.RemoveAttribute(overlay.Stored(attribute)) : Errno.EOPNOTSUPP;
    }

    public SysResult ListAttributes(Span<byte> list) =>
        Shown is IExtendedAttributes source ? LayeredDirectory.ListOthers(overlay, source, list) : Errno.EOPNOTSUPP;

    /// <summary>Makes sure that it is in the upper layer.</summary>
    internal Errno CopyUp(bool withContent = true)
    {
        if (upper is not null)
            return 0;
        lock (this)
        {
            if (upper is not null)
                return 0;
            Errno e = parent!.CopyUp();
            if (e != 0 || (e = MakeCopy(withContent, out byte[] temporary, out Dentry? copy)) != 0)
                return e;
            lock (overlay.TreeGate)
            {
                // A name that was taken away while it is open: the copy lives as long as it is.
                e = parent.HasTaken(name)
                    ? Errno.ENOENT
                    : overlay.PlaceTemporary(temporary, parent.UpperDentry!, name);
                if (e == Errno.ENOENT)
                    e = 0;
                else if (e != 0)
                {
                    overlay.RemoveTemporary(temporary);
                    return e;
                }
                overlay.Remember(copy!.Inode!, this);
                upper = copy.Inode;
            }
            return 0;
        }
    }

    private Errno MakeCopy(bool withContent, out byte[] temporary, out Dentry? copy)
    {
        (temporary, copy) = ([], null);
        IInode lower = Lower!;
        ReadOnlySpan<byte> text = default;
        Errno e = lower.GetAttributes(out InodeAttributes origin);
        if (e != 0)
            return e;
        if (lower is ISymbolicLink link)
        {
            byte[] buffer = new byte[PathWalk.PathMax];
            if ((e = link.ReadLink(buffer, out int length)) != 0)
                return e;
            text = buffer.AsSpan(0, length);
        }
        e = overlay.CreateTemporary(new NewInode(origin.Mode, origin.Uid, origin.Gid, origin.Rdev, text), out temporary, out copy);
        if (e != 0)
            return e;
        if (withContent && Access.IsRegular && origin.Size > 0)
            e = LayerCopy.Content(lower, copy!.Inode!);
        if (e != 0)
        {
            overlay.RemoveTemporary(temporary);
            return e;
        }
        LayerCopy.Attributes(overlay, lower, copy!.Inode!);
        copy.Inode!.SetAttributes(new AttributeChange { Access = origin.Access, Modify = origin.Modify, Mode = origin.Mode, Now = overlay.Vfs.Now });
        return 0;
    }
}
