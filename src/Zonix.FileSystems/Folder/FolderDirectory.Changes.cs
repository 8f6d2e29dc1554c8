using Zonix.Host.Files;

namespace Zonix.FileSystems.Folder;

/// <content>Changes of its entries.</content>
internal sealed partial class FolderDirectory
{
    public Errno Create(ReadOnlySpan<byte> name, in NewInode what, out IInode? inode)
    {
        inode = null;
        Errno e = Hold(out HostDirectory? directory);
        if (e != 0)
            return e;
        uint type = what.Mode & FileModeBits.S_IFMT;
        e = type == FileModeBits.S_IFREG ? CreateFile(directory!, name, what, out inode) : CreateOther(directory!, name, type, what, out inode);
        directory!.Release();
        return e;
    }

    public Errno Link(ReadOnlySpan<byte> name, IInode target)
    {
        if (target is not IFolderInode inode || !ReferenceEquals(inode.FileSystem, Common.FileSystem))
            return Errno.EXDEV;
        Errno e = inode.Common.Hold(out FolderHold hold);
        if (e != 0)
            return e;
        using (hold)
        {
            e = Hold(out HostDirectory? directory);
            if (e != 0)
                return e;
            e = (Errno)hold.Entry.Link(directory!, name);
            directory!.Release();
        }
        if (e == 0)
            inode.Common.Found(this, name);
        return e;
    }

    public Errno Unlink(ReadOnlySpan<byte> name, IInode victim) => Remove(name, victim, isDirectory: false);

    public Errno RemoveDirectory(ReadOnlySpan<byte> name, IInode victim) => Remove(name, victim, isDirectory: true);

    public Errno Rename(
        ReadOnlySpan<byte> name, IInode moved, IDirectoryInode newParent, ReadOnlySpan<byte> newName, IInode? replaced, RenameFlags flags)
    {
        var target = (FolderDirectory)newParent;
        // A whiteout is a device.
        if ((flags & RenameFlags.RENAME_WHITEOUT) != 0)
            return Errno.EINVAL;
        Errno e = Hold(out HostDirectory? from);
        if (e != 0)
            return e;
        e = target.Hold(out HostDirectory? to);
        if (e == 0)
        {
            e = (Errno)from!.Rename(name, to!, newName, (uint)flags);
            to!.Release();
        }
        from!.Release();
        if (e != 0)
            return e;
        ((IFolderInode)moved).Common.Found(target, newName);
        if ((flags & RenameFlags.RENAME_EXCHANGE) != 0)
            ((IFolderInode)replaced!).Common.Found(this, name);
        else
            (replaced as IFolderInode)?.Common.Unlinked();
        return 0;
    }

    private Errno Remove(ReadOnlySpan<byte> name, IInode victim, bool isDirectory)
    {
        Errno e = Hold(out HostDirectory? directory);
        if (e != 0)
            return e;
        e = (Errno)directory!.Remove(name, isDirectory);
        directory.Release();
        if (e == 0)
            ((IFolderInode)victim).Common.Unlinked();
        return e;
    }

    private Errno CreateFile(HostDirectory directory, ReadOnlySpan<byte> name, in NewInode what, out IInode? inode)
    {
        const uint Plain = 0x1FF;
        inode = null;
        HostFile? file;
        Errno e = (Errno)(name.IsEmpty
            ? directory.CreateUnnamedFile(what.Mode & Plain, out file)
            : directory.CreateFile(name, what.Mode & Plain, out file));
        if (e != 0)
            return e;
        var entry = new HostEntry(file!.Handle);
        if (!Common.FileSystem.Owners.IsAsMade(what.Uid, what.Gid, what.Mode))
            e = Common.FileSystem.Owners.Set(entry, FileModeBits.S_IFREG, what.Uid, what.Gid, what.Mode);
        if (e == 0)
            e = (Errno)entry.Stat(out HostStat stat) is var error && error != 0 ? error : Show(stat, entry, name, file, out inode);
        if (e != 0)
        {
            file.Dispose();
            if (!name.IsEmpty)
                directory.Remove(name, directory: false);
        }
        return e;
    }

    private Errno Show(in HostStat stat, HostEntry entry, ReadOnlySpan<byte> name, HostFile file, out IInode? inode)
    {
        IFolderInode shown = Common.FileSystem.Get(stat, entry, name.IsEmpty ? null : this, name);
        ((FolderRegular)shown).TakeMade(file);
        inode = shown;
        return 0;
    }

    private Errno CreateOther(HostDirectory directory, ReadOnlySpan<byte> name, uint type, in NewInode what, out IInode? inode)
    {
        inode = null;
        Errno e = (Errno)(type switch
        {
            FileModeBits.S_IFDIR => directory.MakeDirectory(name, what.Mode & 0x3FF),
            FileModeBits.S_IFLNK => directory.MakeLink(name, what.Target),
            FileModeBits.S_IFIFO or FileModeBits.S_IFSOCK => directory.MakeNode(name, type | (what.Mode & 0x1FF), 0),
            // A device of the host's would be opened by its number there.
            _ => (int)Errno.EPERM,
        });
        if (e != 0 || (e = (Errno)directory.OpenEntry(name, out HostDescriptor? descriptor)) != 0)
            return e;
        using (descriptor)
        {
            var entry = new HostEntry(descriptor!);
            e = (Errno)entry.Stat(out HostStat stat);
            if (e != 0)
                return e;
            // Somebody on the host may have put something else there meanwhile: that is not given away.
            bool isOwn = (stat.Mode & FileModeBits.S_IFMT) == type && stat.Uid == HostProcessLimits.UserId &&
                (type == FileModeBits.S_IFDIR || stat.Links == 1);
            if (isOwn && !Common.FileSystem.Owners.IsAsMade(what.Uid, what.Gid, type == FileModeBits.S_IFLNK ? 0 : what.Mode))
            {
                e = Common.FileSystem.Owners.Set(entry, type, what.Uid, what.Gid, what.Mode);
                // What cannot keep an owner is shown as the zone's user's.
                if (e != 0 && e != Errno.EPERM && e != Errno.EOPNOTSUPP)
                    return e;
                entry.Stat(out stat);
            }
            inode = Common.FileSystem.Get(stat, entry, this, name);
            return 0;
        }
    }
}
