using Zonix.FileSystems.Overlay;

namespace Zonix.FileSystems.Layers;

/// <content>Changes of names: all are made in the upper layer.</content>
internal sealed partial class LayeredDirectory
{
    public Errno Create(ReadOnlySpan<byte> entry, in NewInode what, out IInode? inode)
    {
        inode = null;
        Errno e = CopyUp();
        if (e != 0)
            return e;
        if (entry.IsEmpty)
            return CreateUnnamed(what, out inode);
        lock (overlay.TreeGate)
        {
            bool covered = TakeWhiteout(entry);
            e = DentryOperations.Create(upper!, entry, what, out Dentry? made);
            if (e != 0)
            {
                if (covered)
                    Whiteout(entry);
                return e;
            }
            if (!made!.Inode!.Access.IsDirectory)
            {
                inode = overlay.ShowUpper(made);
                return 0;
            }
            if (covered && (e = overlay.MakeOpaque(made)) != 0)
                return e;
            inode = new LayeredDirectory(overlay, this, entry.ToArray(), made, []);
            return 0;
        }
    }

    public Errno Link(ReadOnlySpan<byte> entry, IInode target)
    {
        if (target is not LayeredFile file)
            return Errno.EXDEV;
        Errno e = CopyUp();
        if (e != 0 || (e = file.CopyUp()) != 0)
            return e;
        lock (overlay.TreeGate)
        {
            bool covered = TakeWhiteout(entry);
            e = DentryOperations.Link(upper!, entry, file.Upper!);
            if (e != 0 && covered)
                Whiteout(entry);
            return e;
        }
    }

    public Errno Unlink(ReadOnlySpan<byte> entry, IInode victim)
    {
        Errno e = CopyUp();
        if (e != 0)
            return e;
        lock (overlay.TreeGate)
            return TakeAway(entry);
    }

    public Errno RemoveDirectory(ReadOnlySpan<byte> entry, IInode victim)
    {
        Errno e = CopyUp();
        if (e != 0)
            return e;
        lock (overlay.TreeGate)
        {
            e = ((LayeredDirectory)victim).Empty();
            return e != 0 ? e : TakeAway(entry);
        }
    }

    public Errno Rename(
        ReadOnlySpan<byte> entry, IInode moved, IDirectoryInode newParent, ReadOnlySpan<byte> newName, IInode? replaced, RenameFlags flags)
    {
        var target = (LayeredDirectory)newParent;
        bool exchange = (flags & RenameFlags.RENAME_EXCHANGE) != 0;
        if ((flags & ~(RenameFlags.RENAME_EXCHANGE | RenameFlags.RENAME_NOREPLACE)) != 0)
            return Errno.EINVAL;
        // A directory that is partly below would leave that part behind.
        if (!MayMove(moved) || (exchange && !MayMove(replaced!)))
            return Errno.EXDEV;
        Errno e = CopyUp();
        if (e != 0 || (e = target.CopyUp()) != 0 || (e = CopyUp(moved)) != 0 || (exchange && (e = CopyUp(replaced!)) != 0))
            return e;
        lock (overlay.TreeGate)
        {
            if (replaced is LayeredDirectory victim && !exchange && (e = victim.Empty()) != 0)
                return e;
            bool covered = !exchange && target.TakeWhiteout(newName);
            e = MoveUpper(entry, moved, target, newName, replaced, exchange);
            if (e != 0)
            {
                if (covered)
                    target.Whiteout(newName);
                return e;
            }
            // What lies below the new place does not shine through.
            if (moved is LayeredDirectory && target.IsBelow(newName))
                HideBelow(target, newName);
            if (exchange)
            {
                if (replaced is LayeredDirectory && IsBelow(entry))
                    HideBelow(this, entry);
                return 0;
            }
            return IsBelow(entry) ? Whiteout(entry) : 0;
        }
    }

    private static bool MayMove(IInode inode) => inode is not LayeredDirectory directory || directory.lowers.Length == 0;

    private static Errno CopyUp(IInode inode) => inode is LayeredFile file ? file.CopyUp() : 0;

    private Errno CreateUnnamed(in NewInode what, out IInode? inode)
    {
        Errno e = ((IDirectoryInode)upper!.Inode!).Create(default, what, out inode);
        if (e == 0)
            inode = overlay.ShowUpper(Dentry.CreateDetached(inode!, default));
        return e;
    }

    private Errno MoveUpper(
        ReadOnlySpan<byte> entry, IInode moved, LayeredDirectory target, ReadOnlySpan<byte> newName, IInode? replaced, bool exchange)
    {
        if (exchange)
            return DentryOperations.Rename(upper!, entry, target.upper!, newName, RenameFlags.RENAME_EXCHANGE);
        // Something only below is in the way of nothing; a directory of the upper layer is not replaced by a file.
        if (replaced is not null && DentryOperations.Find(target.upper!, newName, out Dentry? old) == 0 && old is not null &&
            old.Inode!.Access.IsDirectory != moved.Access.IsDirectory)
        {
            Errno e = DentryOperations.Remove(target.upper!, newName);
            if (e != 0)
                return e;
        }
        return DentryOperations.Rename(upper!, entry, target.upper!, newName, 0);
    }

    private void HideBelow(LayeredDirectory directory, ReadOnlySpan<byte> entry)
    {
        if (DentryOperations.Find(directory.upper!, entry, out Dentry? moved) == 0 && moved is not null)
            overlay.MakeOpaque(moved);
    }

    private Errno TakeAway(ReadOnlySpan<byte> entry)
    {
        Errno e = DentryOperations.Remove(upper!, entry);
        if (e != 0 && e != Errno.ENOENT)
            return e;
        return IsBelow(entry) ? Whiteout(entry) : 0;
    }

    // Whether a lower layer has the name.
    private bool IsBelow(ReadOnlySpan<byte> entry)
    {
        foreach (Dentry layer in lowers)
        {
            if (DentryOperations.Find(layer, entry, out Dentry? found) == 0 && found is not null)
                return !OverlayFileSystem.IsWhiteout(found.Inode!);
        }
        return false;
    }

    private Errno Whiteout(ReadOnlySpan<byte> entry) =>
        DentryOperations.Create(upper!, entry, new NewInode(FileModeBits.S_IFCHR, 0, 0), out _);

    private bool TakeWhiteout(ReadOnlySpan<byte> entry) =>
        DentryOperations.Find(upper!, entry, out Dentry? found) == 0 && found is not null && OverlayFileSystem.IsWhiteout(found.Inode!) &&
        DentryOperations.Remove(upper!, entry) == 0;

    // ENOTEMPTY, or the whiteouts that are left in the upper part go.
    private Errno Empty()
    {
        var listing = new DirectoryListing();
        Errno e = List(listing);
        if (e != 0)
            return e;
        if (listing.Length > 0)
            return Errno.ENOTEMPTY;
        if (upper is not { } top)
            return 0;
        var left = new DirectoryListing();
        e = OverlayList.Lower((IDirectoryInode)top.Inode!, left);
        for (int position = 0; e == 0 && position < left.Length;)
            e = DentryOperations.Remove(top, left.Get(position, out _, out _, out position));
        return e;
    }
}
