using Zonix.FileSystems.Host;
using Zonix.Host.Files;

namespace Zonix.FileSystems.Folder;

/// <summary>A directory of a folder. Its descriptor is opened through its parent's when needed, and looked at: it is this one or none.</summary>
internal sealed partial class FolderDirectory : IFolderInode, IRevalidatedDirectory, IHostHandle, IDisposable
{
    private readonly bool isRoot;
    private volatile HostDirectory? handle;

    public FolderDirectory(FolderInode common, HostDirectory? root = null)
    {
        Common = common;
        handle = root;
        isRoot = root is not null;
    }

    public FolderInode Common { get; }

    public bool CachesNames => true;

    public bool Used { get; set; }

    Errno IInode.GetAttributes(out InodeAttributes attributes)
    {
        if (Hold(out HostDirectory? directory) == 0)
        {
            if (directory!.Stat(default, out HostStat stat) == 0)
                Common.Update(stat, new HostEntry(directory.Descriptor));
            directory.Release();
        }
        attributes = Common.LastAttributes;
        return 0;
    }

    /// <summary>Its descriptor, to be released after use; ESTALE when it is not found where it was.</summary>
    public Errno Hold(out HostDirectory? directory)
    {
        while (true)
        {
            directory = handle;
            if (directory is not null && directory.TryHold())
            {
                Used = true;
                return 0;
            }
            Errno e = Reopen(directory);
            if (e != 0)
                return e;
        }
    }

    public bool IsCurrent(ReadOnlySpan<byte> name, IInode? remembered)
    {
        Errno e = Stat(name, out HostStat stat);
        if (e != 0)
            return e == Errno.ENOENT && remembered is null;
        if (remembered is not IFolderInode known || known.Common.Identity != FolderIdentity.Of(stat))
            return false;
        known.Common.Found(this, name);
        known.Common.Update(stat, null);
        return true;
    }

    public Errno Lookup(ReadOnlySpan<byte> name, out IInode? inode)
    {
        inode = null;
        Errno e = Stat(name, out HostStat stat);
        if (e == 0)
            inode = Common.FileSystem.Get(stat, null, this, name);
        return e;
    }

    public Errno OpenDirectory(out IDirectoryFile? file)
    {
        file = new ListedDirectory(this, List);
        return 0;
    }

    public void Drop()
    {
        if (!isRoot)
            Interlocked.Exchange(ref handle, null)?.Dispose();
    }

    public void Dispose() => Interlocked.Exchange(ref handle, null)?.Dispose();

    /// <summary>Takes hold of an entry, whatever it is.</summary>
    internal Errno OpenEntry(ReadOnlySpan<byte> name, out HostDescriptor? entry)
    {
        entry = null;
        Errno e = Hold(out HostDirectory? directory);
        if (e != 0)
            return e;
        e = (Errno)directory!.OpenEntry(name, out entry);
        directory.Release();
        return e;
    }

    /// <summary>Opens a file in it.</summary>
    internal Errno OpenFile(ReadOnlySpan<byte> name, int flags, out HostFile? file)
    {
        file = null;
        Errno e = Hold(out HostDirectory? directory);
        if (e != 0)
            return e;
        e = (Errno)directory!.OpenFile(name, flags, out file);
        directory.Release();
        return e;
    }

    /// <summary>An extended attribute of an entry; the length of its value, or the negated errno.</summary>
    internal long GetAttribute(ReadOnlySpan<byte> name, ReadOnlySpan<byte> attribute, Span<byte> value)
    {
        Errno e = Hold(out HostDirectory? directory);
        if (e != 0)
            return -(long)e;
        long length = directory!.GetAttribute(name, attribute, value);
        directory.Release();
        return length;
    }

    /// <summary>What the host says of an entry.</summary>
    internal Errno Stat(ReadOnlySpan<byte> name, out HostStat stat)
    {
        stat = default;
        Errno e = Hold(out HostDirectory? directory);
        if (e != 0)
            return e;
        e = (Errno)directory!.Stat(name, out stat);
        directory.Release();
        return e;
    }

    // The one that could not be held has been dropped by the cache of descriptors.
    private Errno Reopen(HostDirectory? dropped)
    {
        if (dropped is not null)
            Interlocked.CompareExchange(ref handle, null, dropped);
        if (isRoot || Common.Parent is not { } parent)
            return Errno.ESTALE;
        Errno e = parent.Hold(out HostDirectory? above);
        if (e != 0)
            return e;
        e = (Errno)above!.OpenDirectory(Common.Name, out HostDirectory? opened);
        above.Release();
        if (e != 0)
            return Errno.ESTALE;
        if (opened!.Stat(default, out HostStat stat) != 0 || FolderIdentity.Of(stat) != Common.Identity)
        {
            opened.Dispose();
            return Errno.ESTALE;
        }
        if (Interlocked.CompareExchange(ref handle, opened, null) is not null)
            opened.Dispose();
        else
            Common.FileSystem.Handles.Add(this);
        return 0;
    }

    private Errno List(DirectoryListing listing)
    {
        Errno e = Hold(out HostDirectory? directory);
        if (e != 0)
            return e;
        e = (Errno)directory!.OpenReader(out HostDirectoryReader? reader);
        directory.Release();
        if (e != 0)
            return e;
        using (reader)
        {
            while (true)
            {
                e = (Errno)reader!.Next(out bool more, out ulong inode, out byte type, out ReadOnlySpan<byte> name);
                if (e != 0 || !more)
                    return e;
                if (name is not [(byte)'.'] and not [(byte)'.', (byte)'.'])
                    listing.Add(name, inode, type);
            }
        }
    }
}
