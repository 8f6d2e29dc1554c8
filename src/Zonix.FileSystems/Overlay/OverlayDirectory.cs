using Zonix.FileSystems.Tmpfs;

namespace Zonix.FileSystems.Overlay;

/// <summary>A directory of an overlay: what the upper layer holds, and below it what the lower ones hold and it does not hide.</summary>
internal sealed class OverlayDirectory : IOverlayInode, IDirectoryInode, IExtendedAttributes
{
    private readonly OverlayFileSystem overlay;
    private readonly IDirectoryInode[] lowers;
    private readonly ulong number;
    private OverlayDirectory? parent;
    private byte[] name;
    private volatile TmpDirectory? upper;

    public OverlayDirectory(OverlayFileSystem overlay, OverlayDirectory? parent, byte[] name, TmpDirectory? upper, IDirectoryInode[] lowers)
    {
        this.overlay = overlay;
        this.parent = parent;
        this.name = name;
        this.upper = upper;
        this.lowers = lowers;
        if (upper is not null)
            overlay.Remember(upper, this);
        IInode first = lowers.Length > 0 ? lowers[0] : upper!;
        first.GetAttributes(out InodeAttributes attributes);
        number = attributes.Inode;
    }

    public IInode? Upper => upper;

    public TmpDirectory? UpperDirectory => upper;

    public IFileSystem FileSystem => overlay;

    public bool KeepsFlags => true;

    public InodeAccess Access => upper?.Access ?? lowers[0].Access;

    public bool CachesNames => true;

    public Errno GetAttributes(out InodeAttributes attributes)
    {
        Errno e = ((IInode?)upper ?? lowers[0]).GetAttributes(out attributes);
        attributes.Device = overlay.Device;
        attributes.Inode = number;
        // A merged directory does not know how many directories are in it; 1 says so to find(1) and others.
        if (upper is not null && lowers.Length > 0)
            attributes.Links = 1;
        return e;
    }

    public Errno SetAttributes(in AttributeChange change)
    {
        if (change.Size is not null)
            return Errno.EISDIR;
        Errno e = CopyUp();
        return e != 0 ? e : upper!.SetAttributes(change);
    }

    public Errno Lookup(ReadOnlySpan<byte> entry, out IInode? inode)
    {
        inode = null;
        if (upper is { } top && top.Lookup(entry, out IInode? found) == 0)
        {
            if (OverlayFileSystem.IsCover(found!))
                return Errno.ENOENT;
            inode = overlay.Shown(found!);
            return 0;
        }
        return LookupLower(entry, out inode);
    }

    public Errno Create(ReadOnlySpan<byte> entry, in NewInode what, out IInode? inode)
    {
        inode = null;
        Errno e = CopyUp();
        if (e != 0)
            return e;
        lock (overlay.TreeGate)
        {
            if (!entry.IsEmpty)
                RemoveWhiteout(entry);
            e = upper!.Create(entry, what, out inode);
            if (e == 0 && inode is TmpDirectory made)
                inode = new OverlayDirectory(overlay, this, entry.ToArray(), made, []);
            return e;
        }
    }

    public Errno Link(ReadOnlySpan<byte> entry, IInode target)
    {
        Errno e = CopyUp();
        if (e != 0)
            return e;
        if (target is IOverlayInode old)
        {
            e = old.CopyUp();
            if (e != 0)
                return e;
        }
        lock (overlay.TreeGate)
        {
            RemoveWhiteout(entry);
            e = upper!.Link(entry, UpperOf(target));
            if (e == 0 && target is OverlayFile file)
                file.AddNames(1);
            return e;
        }
    }

    public Errno Unlink(ReadOnlySpan<byte> entry, IInode victim)
    {
        Errno e = CopyUp();
        if (e != 0)
            return e;
        lock (overlay.TreeGate)
        {
            if (upper!.Lookup(entry, out IInode? top) == 0 && (e = upper.Unlink(entry, top!)) != 0)
                return e;
            (victim as OverlayFile)?.AddNames(-1);
            return Cover(entry);
        }
    }

    public Errno RemoveDirectory(ReadOnlySpan<byte> entry, IInode victim)
    {
        Errno e = CopyUp();
        if (e != 0)
            return e;
        lock (overlay.TreeGate)
        {
            e = ((OverlayDirectory)victim).Empty();
            if (e != 0)
                return e;
            if (upper!.Lookup(entry, out IInode? top) == 0 && (e = upper.RemoveDirectory(entry, top!)) != 0)
                return e;
            return Cover(entry);
        }
    }

    public Errno Rename(
        ReadOnlySpan<byte> entry, IInode moved, IDirectoryInode newParent, ReadOnlySpan<byte> newName, IInode? replaced, RenameFlags flags)
    {
        var target = (OverlayDirectory)newParent;
        bool exchange = (flags & RenameFlags.RENAME_EXCHANGE) != 0;
        Errno e = CopyUp();
        if (e != 0 || (e = target.CopyUp()) != 0 || (e = CopyUp(moved)) != 0 || (exchange && (e = CopyUp(replaced!)) != 0))
            return e;
        lock (overlay.TreeGate)
        {
            if (replaced is OverlayDirectory victim && !exchange && (e = victim.Empty()) != 0)
                return e;
            target.upper!.Lookup(newName, out IInode? top);
            if (top is not null && OverlayFileSystem.IsCover(top))
            {
                target.upper.Unlink(newName, top);
                top = null;
            }
            e = upper!.Rename(entry, UpperOf(moved), target.upper, newName, top, flags);
            if (e != 0)
                return e;
            (moved as IOverlayInode)?.Moved(target, newName);
            if (exchange)
            {
                (replaced as IOverlayInode)?.Moved(this, entry);
                return 0;
            }
            (replaced as OverlayFile)?.AddNames(-1);
            return (flags & RenameFlags.RENAME_WHITEOUT) != 0 ? Whiteout(entry) : Cover(entry);
        }
    }

    public Errno OpenDirectory(out IDirectoryFile? file)
    {
        file = new ListedDirectory(this, List);
        return 0;
    }

    public Errno CopyUp()
    {
        if (upper is not null)
            return 0;
        lock (overlay.TreeGate)
        {
            if (upper is not null)
                return 0;
            Errno e = parent!.CopyUp();
            if (e != 0)
                return e;
            lowers[0].GetAttributes(out InodeAttributes old);
            e = parent.upper!.Create(name, new NewInode(old.Mode, old.Uid, old.Gid), out IInode? made);
            if (e != 0)
                return e;
            made!.SetAttributes(new AttributeChange { Access = old.Access, Modify = old.Modify, Now = overlay.Vfs.Now });
            if (lowers[0] is IExtendedAttributes origin)
                OverlayCopy.Attributes(origin, (ITmpInode)made);
            overlay.Remember(made, this);
            upper = (TmpDirectory)made;
            return 0;
        }
    }

    public void Moved(OverlayDirectory newParent, ReadOnlySpan<byte> newName)
    {
        parent = newParent;
        name = newName.ToArray();
    }

    public SysResult GetAttribute(ReadOnlySpan<byte> attribute, Span<byte> value) =>
        ((IInode?)upper ?? lowers[0]) is IExtendedAttributes source ? source.GetAttribute(attribute, value) : Errno.EOPNOTSUPP;

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

    public SysResult ListAttributes(Span<byte> names) =>
        ((IInode?)upper ?? lowers[0]) is IExtendedAttributes source ? source.ListAttributes(names) : Errno.EOPNOTSUPP;

    private static Errno CopyUp(IInode inode) => inode is IOverlayInode old ? old.CopyUp() : 0;

    private static IInode UpperOf(IInode inode) => inode is IOverlayInode old ? old.Upper! : inode;

    private Errno LookupLower(ReadOnlySpan<byte> entry, out IInode? inode)
    {
        inode = null;
        IDirectoryInode[]? directories = null;
        int count = 0;
        foreach (IDirectoryInode layer in lowers)
        {
            Errno e = layer.Lookup(entry, out IInode? found);
            if (e == Errno.ENOENT)
                continue;
            if (e != 0)
                return e;
            if (found is not IDirectoryInode directory)
            {
                if (count == 0 && OverlayFileSystem.IsWhiteout(found!))
                    return Errno.ENOENT;
                if (count == 0)
                    inode = overlay.WrapLower(found!, this, entry);
                break;
            }
            (directories ??= new IDirectoryInode[lowers.Length])[count++] = directory;
        }
        if (count > 0)
            inode = new OverlayDirectory(overlay, this, entry.ToArray(), null, directories![..count]);
        return inode is null ? Errno.ENOENT : 0;
    }

    // A name that was taken away stays away, also in the layers below.
    private Errno Cover(ReadOnlySpan<byte> entry)
    {
        foreach (IDirectoryInode layer in lowers)
        {
            if (layer.Lookup(entry, out _) == 0)
                return Whiteout(entry);
        }
        return 0;
    }

    private Errno Whiteout(ReadOnlySpan<byte> entry) =>
        upper!.Create(entry, new NewInode(FileModeBits.S_IFCHR, 0, 0, OverlayFileSystem.CoverDevice), out _);

    private void RemoveWhiteout(ReadOnlySpan<byte> entry)
    {
        if (upper!.Lookup(entry, out IInode? found) == 0 && OverlayFileSystem.IsCover(found!))
            upper.Unlink(entry, found!);
    }

    // ENOTEMPTY, or the whiteouts that are left in the upper part go.
    private Errno Empty()
    {
        var listing = new DirectoryListing();
        Errno e = List(listing);
        if (e != 0)
            return e;
        if (listing.Length > 0)
            return Errno.ENOTEMPTY;
        if (upper is { } top)
        {
            foreach ((byte[] entry, ITmpInode inode) in top.Snapshot())
                top.Unlink(entry, inode);
        }
        return 0;
    }

    private Errno List(DirectoryListing listing)
    {
        if (upper is null && lowers.Length == 1)
            return OverlayList.Lower(lowers[0], listing);
        HashSet<byte[]>? seen = lowers.Length > 0 ? new(NameComparer.Instance) : null;
        if (upper is { } top)
        {
            foreach ((byte[] entry, ITmpInode inode) in top.Snapshot())
            {
                seen?.Add(entry);
                if (OverlayFileSystem.IsCover(inode))
                    continue;
                overlay.Shown(inode).GetAttributes(out InodeAttributes attributes);
                listing.Add(entry, attributes.Inode, FileModeBits.DirectoryType(attributes.Mode));
            }
        }
        foreach (IDirectoryInode layer in lowers)
        {
            Errno e = OverlayList.Merge(layer, seen!, listing);
            if (e != 0)
                return e;
        }
        return 0;
    }
}
