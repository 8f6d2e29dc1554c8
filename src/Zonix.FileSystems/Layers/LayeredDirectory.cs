using System.Buffers;
using Zonix.FileSystems.Overlay;

namespace Zonix.FileSystems.Layers;

/// <summary>A directory: what the upper layer holds, and below it what the lower ones hold and it does not hide.</summary>
internal sealed partial class LayeredDirectory : IDirectoryInode, IExtendedAttributes, IStackedInode
{
    private readonly LayeredFileSystem overlay;
    private readonly LayeredDirectory? parent;
    private readonly byte[] name;
    private readonly Dentry[] lowers;
    private readonly ulong number;
    private volatile Dentry? upper;

    public LayeredDirectory(LayeredFileSystem overlay, LayeredDirectory? parent, byte[] name, Dentry? upper, Dentry[] lowers)
    {
        this.overlay = overlay;
        this.parent = parent;
        this.name = name;
        this.upper = upper;
        this.lowers = lowers;
        IInode first = lowers.Length > 0 ? lowers[0].Inode! : upper!.Inode!;
        first.GetAttributes(out InodeAttributes attributes);
        number = overlay.NumberOf(first, attributes.Inode);
    }

    public IFileSystem FileSystem => overlay;

    public InodeAccess Access => Shown.Access;

    public bool CachesNames => true;

    /// <summary>Its part in the upper layer; null as long as nothing was changed.</summary>
    internal Dentry? UpperDentry => upper;

    IInode? IStackedInode.Real => Shown;

    private IInode Shown => (upper ?? lowers[0]).Inode!;

    public Errno GetAttributes(out InodeAttributes attributes)
    {
        Errno e = Shown.GetAttributes(out attributes);
        attributes.Device = overlay.Device;
        attributes.Inode = number;
        // A merged directory does not know how many directories are in it; 1 says so to find(1) and others.
        if (lowers.Length > (upper is null ? 1 : 0))
            attributes.Links = 1;
        return e;
    }

    public Errno SetAttributes(in AttributeChange change)
    {
        if (change.Size is not null)
            return Errno.EISDIR;
        Errno e = CopyUp();
        return e != 0 ? e : upper!.Inode!.SetAttributes(change);
    }

    public Errno Lookup(ReadOnlySpan<byte> entry, out IInode? inode)
    {
        inode = null;
        Dentry? top = null;
        if (upper is { } above)
        {
            Errno e = DentryOperations.Find(above, entry, out top);
            if (e != 0)
                return e;
            if (top is not null && OverlayFileSystem.IsWhiteout(top.Inode!))
                return Errno.ENOENT;
            if (top is not null && !top.Inode!.Access.IsDirectory)
            {
                inode = overlay.ShowUpper(top);
                return 0;
            }
            if (top is not null && overlay.IsOpaque(top))
            {
                inode = new LayeredDirectory(overlay, this, entry.ToArray(), top, []);
                return 0;
            }
        }
        return LookupLower(entry, top, out inode);
    }

    public Errno OpenDirectory(out IDirectoryFile? file)
    {
        file = new ListedDirectory(this, List);
        return 0;
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
        return e != 0 ? e : upper!.Inode is IExtendedAttributes target ? target.SetAttribute(overlay.Stored(attribute), value, flags) : Errno.EOPNOTSUPP;
    }

    public Errno RemoveAttribute(ReadOnlySpan<byte> attribute)
    {
        Errno e = CopyUp();
        return e != 0 ? e : upper!.Inode is IExtendedAttributes target ? target.RemoveAttribute(overlay.Stored(attribute)) : Errno.EOPNOTSUPP;
    }

    public SysResult ListAttributes(Span<byte> names) =>
        Shown is IExtendedAttributes source ? ListOthers(overlay, source, names) : Errno.EOPNOTSUPP;

    /// <summary>The names of attributes but the overlay's own.</summary>
    internal static SysResult ListOthers(LayeredFileSystem overlay, IExtendedAttributes source, Span<byte> list)
    {
        const int Longest = 65536;
        byte[] all = ArrayPool<byte>.Shared.Rent(Longest);
        SysResult result = source.ListAttributes(all.AsSpan(0, Longest));
        if (!result.IsError)
        {
            int length = 0;
            for (ReadOnlySpan<byte> rest = all.AsSpan(0, (int)result.Value); !rest.IsEmpty && length >= 0;)
            {
                int end = rest.IndexOf((byte)0) + 1;
                if (end == 0)
                    break;
                if (!overlay.IsOwn(rest[..(end - 1)]))
                {
                    ReadOnlySpan<byte> shown = overlay.Unescaped(rest[..end]);
                    bool fits = list.IsEmpty || length + shown.Length <= list.Length;
                    if (fits && !list.IsEmpty)
                        shown.CopyTo(list[length..]);
                    length = fits ? length + shown.Length : -1;
                }
                rest = rest[end..];
            }
            result = length < 0 ? Errno.ERANGE : length;
        }
        ArrayPool<byte>.Shared.Return(all);
        return result;
    }

    /// <summary>Makes sure that it is in the upper layer.</summary>
    internal Errno CopyUp()
    {
        if (upper is not null)
            return 0;
        if (!overlay.HasUpper)
            return Errno.EROFS;
        Errno e = parent!.CopyUp();
        if (e != 0)
            return e;
        lock (overlay.TreeGate)
        {
            if (upper is not null)
                return 0;
            IInode lower = lowers[0].Inode!;
            e = lower.GetAttributes(out InodeAttributes origin);
            if (e != 0)
                return e;
            e = DentryOperations.Create(parent.upper!, name, new NewInode(origin.Mode, origin.Uid, origin.Gid), out Dentry? made);
            if (e != 0)
                return e;
            LayerCopy.Attributes(overlay, lower, made!.Inode!);
            made.Inode!.SetAttributes(new AttributeChange { Access = origin.Access, Modify = origin.Modify, Now = overlay.Vfs.Now });
            upper = made;
            return 0;
        }
    }

    /// <summary>Whether a name was taken away here, or given to something else. Under the tree gate.</summary>
    internal bool HasTaken(ReadOnlySpan<byte> entry) =>
        DentryOperations.Find(upper!, entry, out Dentry? found) != 0 || found is not null;

    private Errno LookupLower(ReadOnlySpan<byte> entry, Dentry? top, out IInode? inode)
    {
        inode = null;
        List<Dentry>? directories = null;
        foreach (Dentry layer in lowers)
        {
            Errno e = DentryOperations.Find(layer, entry, out Dentry? found);
            if (e != 0)
                return e;
            if (found is null)
                continue;
            if (!found.Inode!.Access.IsDirectory)
            {
                // Below a directory a file, or a whiteout, only ends it.
                if (directories is null && top is null && !OverlayFileSystem.IsWhiteout(found.Inode))
                    inode = LayeredFile.Create(overlay, this, entry, null, found);
                break;
            }
            (directories ??= []).Add(found);
            if (overlay.IsOpaque(found))
                break;
        }
        if (directories is not null || top is not null)
            inode = new LayeredDirectory(overlay, this, entry.ToArray(), top, directories?.ToArray() ?? []);
        return inode is null ? Errno.ENOENT : 0;
    }

    private Errno List(DirectoryListing listing)
    {
        var seen = new HashSet<byte[]>(NameComparer.Instance);
        Errno e = upper is { } top ? Merge(top, seen, listing) : 0;
        foreach (Dentry layer in lowers)
        {
            if (e != 0)
                return e;
            e = Merge(layer, seen, listing);
        }
        return e;
    }

    private Errno Merge(Dentry layer, HashSet<byte[]> seen, DirectoryListing listing)
    {
        const byte CharacterDevice = 2;
        var own = new DirectoryListing();
        var directory = (IDirectoryInode)layer.Inode!;
        Errno e = OverlayList.Lower(directory, own);
        for (int position = 0; e == 0 && position < own.Length;)
        {
            ReadOnlySpan<byte> entry = own.Get(position, out ulong inode, out byte type, out position);
            if (!seen.Add(entry.ToArray()))
                continue;
            if (type == CharacterDevice && directory.Lookup(entry, out IInode? found) == 0 && OverlayFileSystem.IsWhiteout(found!))
                continue;
            listing.Add(entry, overlay.NumberOf(directory, inode), type);
        }
        return e;
    }
}
