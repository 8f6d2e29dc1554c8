using System.Text;
using Zonix.Abi;
using Zonix.Images;
using Zonix.Images.Compression;
using Zonix.Images.Differences;
using Zonix.Images.Tar;
using Zonix.Images.Unpacking;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Zones.Life;

namespace Zonix.Zones.Content;

/// <summary>
/// Trees of files into and out of a zone as tar archives, through the zone's own links and mounts and as its super-user. What a path
/// means is as docker has it: links in it are followed, the last one only where a slash or a dot stands behind it.
/// </summary>
public static class ZoneArchive
{
    /// <summary>What lies at a path.</summary>
    /// <exception cref="ZoneException">Nothing does.</exception>
    public static PlaceStat Stat(Zone zone, string path)
    {
        ArgumentNullException.ThrowIfNull(zone);
        VfsPath place = Find(zone, path, follows: false);
        Require(place.Inode.GetAttributes(out InodeAttributes attributes), path);
        string target = "";
        if (place.Inode is ISymbolicLink link)
            target = TryFind(zone, path, follows: true, out VfsPath end) == 0 ? PathText.Format(end, zone.Mounts.Root) : ReadLink(link);
        return new PlaceStat(NameOf(path), (long)attributes.Size, attributes.Mode, attributes.Modify, target);
    }

    /// <summary>Writes what lies at a path, and all below it, as an archive whose names begin with the path's last name.</summary>
    /// <exception cref="ZoneException">Nothing lies there, or it cannot be read.</exception>
    public static void Pack(Zone zone, string path, Stream target, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(zone);
        VfsPath place = Find(zone, path, follows: false);
        string name = path.EndsWith("/.", StringComparison.Ordinal) || NameOf(path) == "/" ? "." : NameOf(path);
        Guard(() => PlacePacker.Pack(place, zone.Mounts.Root, Encoding.UTF8.GetBytes(name), target, cancellation));
    }

    /// <summary>Unpacks an archive, compressed or not, into a directory; owners and permissions are the archive's.</summary>
    /// <param name="zone">Where.</param>
    /// <param name="path">The directory.</param>
    /// <param name="content">The archive.</param>
    /// <param name="keepsKinds">Whether it is an error that a directory would be replaced by something else, or the other way round.</param>
    /// <param name="cancellation">Ends it early, with a part of the archive unpacked.</param>
    /// <exception cref="ZoneException">There is no such directory, the archive is broken, or the zone's tree refuses an entry.</exception>
    public static void Unpack(Zone zone, string path, Stream content, bool keepsKinds, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(zone);
        ArgumentNullException.ThrowIfNull(content);
        VfsPath place = Find(zone, path, follows: true);
        if (!place.Inode.Access.IsDirectory)
            throw new ZoneException(ZoneError.Invalid, "extraction point is not a directory");
        if (place.Mount.IsReadOnly)
            throw new ZoneException(ZoneError.Conflict, $"{path}: the zone's tree is read-only there");
        Guard(() =>
        {
            using Stream plain = Decompression.Open(content, out _);
            var tree = new TreeWriter(place, zone.Mounts.Root, zone.FileSystems);
            TreeUnpacker.Unpack(new TarReader(plain), tree, entry => Wants(zone, place, entry, keepsKinds), cancellation);
        });
    }

    private static bool Wants(Zone zone, VfsPath directory, TarEntry entry, bool keepsKinds)
    {
        string name = Encoding.UTF8.GetString(entry.Name).Trim('/');
        if (!keepsKinds || name is "" or ".")
            return true;
        var walk = new PathWalk(directory, zone.Mounts.Root, Credentials.Root, Encoding.UTF8.GetBytes(name), WalkFlags.None);
        bool isThere = walk.Run() == 0, isDirectory = isThere && walk.At.Inode.Access.IsDirectory;
        walk.Dispose();
        if (!isThere || isDirectory == (entry.Kind == TarEntryKind.Directory))
            return true;
        throw new ZoneException(
            ZoneError.Invalid,
            isDirectory ? $"cannot overwrite directory \"{name}\" with non-directory" : $"cannot overwrite non-directory \"{name}\" with directory");
    }

    private static VfsPath Find(Zone zone, string path, bool follows)
    {
        Errno e = TryFind(zone, path, follows, out VfsPath place);
        return e switch
        {
            0 => place,
            Errno.ENOENT => throw new ZoneException(ZoneError.NotFound, $"Could not find the file {path} in the zone"),
            _ => throw new ZoneException(ZoneError.Invalid, $"{path}: {ErrnoText.Describe(e)}"),
        };
    }

    private static Errno TryFind(Zone zone, string path, bool follows, out VfsPath place)
    {
        // The zone's root whatever it begins with; "x/." is a directory, and "x" what it is.
        byte[] bytes = Encoding.UTF8.GetBytes("/" + path.TrimStart('/'));
        WalkFlags flags = follows || path.EndsWith("/.", StringComparison.Ordinal) ? WalkFlags.Follow : WalkFlags.None;
        var walk = new PathWalk(zone.Mounts.Root, zone.Mounts.Root, Credentials.Root, bytes, flags);
        Errno e = walk.Run();
        place = walk.At;
        walk.Dispose();
        return e;
    }

    private static string NameOf(string path)
    {
        string name = path.EndsWith("/.", StringComparison.Ordinal) ? path[..^2] : path;
        name = name.TrimEnd('/');
        name = name[(name.LastIndexOf('/') + 1)..];
        return name.Length == 0 ? "/" : name;
    }

    private static string ReadLink(ISymbolicLink link)
    {
        Span<byte> text = stackalloc byte[PathWalk.PathMax];
        return link.ReadLink(text, out int length) == 0 ? Encoding.UTF8.GetString(text[..Math.Min(length, text.Length)]) : "";
    }

    private static void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (ImageException e)
        {
            throw new ZoneException(ZoneError.Invalid, e.Message);
        }
    }

    private static void Require(Errno e, string path)
    {
        if (e != 0)
            throw new ZoneException(ZoneError.Failed, $"{path}: {ErrnoText.Describe(e)}");
    }
}
