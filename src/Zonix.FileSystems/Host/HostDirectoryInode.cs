using Zonix.Host.Files;

namespace Zonix.FileSystems.Host;

/// <summary>A directory of a host tree. Its descriptor is opened through its parent's when needed.</summary>
internal sealed class HostDirectoryInode : IHostInode, IDirectoryInode, IHostHandle, IDisposable
{
    private readonly bool isRoot;
    private volatile HostDirectory? handle;

    public HostDirectoryInode(HostFileSystem fileSystem, HostDirectoryInode? parent, byte[] name, in HostStat stat, HostDirectory? root = null)
    {
        Common = new HostInode(fileSystem, parent, name, stat);
        handle = root;
        isRoot = root is not null;
    }

    public HostInode Common { get; }

    public bool CachesNames => true;

    public bool Used { get; set; }

    /// <summary>
    /// The descriptor to reach entries by. It may be dropped meanwhile by the cache: a call that had begun still finishes on
    /// it, one that had not answers EBADF, and <see cref="Lookup"/> and others ask again.
    /// </summary>
    public Errno GetHandle(out HostDirectory? directory)
    {
        directory = handle;
        if (directory is not null)
        {
            Used = true;
            return 0;
        }
        Errno e = Common.Parent!.GetHandle(out HostDirectory? above);
        if (e != 0)
            return e;
        int error = above!.OpenDirectory(Common.Name, out directory);
        if (error != 0)
            return (Errno)error;
        HostDirectory? other = Interlocked.CompareExchange(ref handle, directory, null);
        if (other is not null)
        {
            directory!.Dispose();
            directory = other;
        }
        else
        {
            Common.FileSystem.Handles.Add(this);
        }
        return 0;
    }

    public Errno Lookup(ReadOnlySpan<byte> name, out IInode? inode)
    {
        inode = null;
        HostStat stat;
        int error;
        do
        {
            Errno e = GetHandle(out HostDirectory? directory);
            if (e != 0)
                return e;
            error = Try(directory!, name, out stat);
        }
        while (error == DroppedHandle);
        if (error != 0)
            return (Errno)error;
        byte[] own = name.ToArray();
        inode = (stat.Mode & FileModeBits.S_IFMT) switch
        {
            FileModeBits.S_IFDIR => new HostDirectoryInode(Common.FileSystem, this, own, stat),
            FileModeBits.S_IFREG => new HostRegularInode(new HostInode(Common.FileSystem, this, own, stat)),
            FileModeBits.S_IFLNK => new HostSymbolicLink(new HostInode(Common.FileSystem, this, own, stat)),
            _ => new HostNode(new HostInode(Common.FileSystem, this, own, stat)),
        };
        return 0;
    }

    public Errno Create(ReadOnlySpan<byte> name, in NewInode what, out IInode? inode)
    {
        inode = null;
        return Errno.EROFS;
    }

    public Errno Link(ReadOnlySpan<byte> name, IInode target) => Errno.EROFS;

    public Errno Unlink(ReadOnlySpan<byte> name, IInode victim) => Errno.EROFS;

    public Errno RemoveDirectory(ReadOnlySpan<byte> name, IInode victim) => Errno.EROFS;

    public Errno Rename(
        ReadOnlySpan<byte> name, IInode moved, IDirectoryInode newParent, ReadOnlySpan<byte> newName, IInode? replaced, RenameFlags flags) =>
        Errno.EROFS;

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

    /// <summary>Opens a file in it.</summary>
    internal Errno OpenFile(ReadOnlySpan<byte> name, out HostFile? file)
    {
        while (true)
        {
            file = null;
            Errno e = GetHandle(out HostDirectory? directory);
            if (e != 0)
                return e;
            try
            {
                return (Errno)directory!.OpenFile(name, 0, out file);
            }
            catch (ObjectDisposedException)
            {
                // Dropped between the two lines above.
            }
        }
    }

    /// <summary>Reads the text of a link in it.</summary>
    internal Errno ReadLink(ReadOnlySpan<byte> name, Span<byte> target, out int length)
    {
        while (true)
        {
            length = 0;
            Errno e = GetHandle(out HostDirectory? directory);
            if (e != 0)
                return e;
            try
            {
                return (Errno)directory!.ReadLink(name, target, out length);
            }
            catch (ObjectDisposedException)
            {
            }
        }
    }

    /// <summary>Collects all entries.</summary>
    internal Errno List(DirectoryListing listing)
    {
        while (true)
        {
            Errno e = GetHandle(out HostDirectory? directory);
            if (e != 0)
                return e;
            try
            {
                e = (Errno)directory!.OpenReader(out HostDirectoryReader? reader);
                if (e != 0)
                    return e;
                using (reader)
                    return Collect(reader!, listing);
            }
            catch (ObjectDisposedException)
            {
            }
        }
    }

    private const int DroppedHandle = -1;

    private static int Try(HostDirectory directory, ReadOnlySpan<byte> name, out HostStat stat)
    {
        try
        {
            return directory.Stat(name, out stat);
        }
        catch (ObjectDisposedException)
        {
            stat = default;
            return DroppedHandle;
        }
    }

    private static Errno Collect(HostDirectoryReader reader, DirectoryListing listing)
    {
        while (true)
        {
            int e = reader.Next(out bool more, out ulong inode, out byte type, out ReadOnlySpan<byte> name);
            if (e != 0 || !more)
                return (Errno)e;
            if (name is not [(byte)'.'] and not [(byte)'.', (byte)'.'])
                listing.Add(name, inode, type);
        }
    }
}
