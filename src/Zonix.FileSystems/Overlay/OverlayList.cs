using System.Buffers.Binary;
using Zonix.FileSystems.Host;

namespace Zonix.FileSystems.Overlay;

/// <summary>Listing of the lower layers.</summary>
internal static class OverlayList
{
    /// <summary>A directory that is in one lower layer only is listed as it is.</summary>
    public static Errno Lower(IDirectoryInode layer, DirectoryListing listing)
    {
        if (layer is HostDirectoryInode host)
            return host.List(listing);
        Errno e = layer.OpenDirectory(out IDirectoryFile? file);
        if (e != 0)
            return e;
        Span<byte> space = stackalloc byte[8192];
        long position = 0;
        while (true)
        {
            var buffer = new DirectoryBuffer(space);
            e = file!.ReadEntries(ref position, ref buffer, 0);
            if (e != 0 || buffer.Length == 0)
                break;
            for (ReadOnlySpan<byte> rest = space[..buffer.Length]; !rest.IsEmpty;)
            {
                int size = BinaryPrimitives.ReadUInt16LittleEndian(rest[16..]);
                ReadOnlySpan<byte> name = rest[DirectoryBuffer.HeaderSize..size];
                name = name[..name.IndexOf((byte)0)];
                if (name is not [(byte)'.'] and not [(byte)'.', (byte)'.'])
                    listing.Add(name, BinaryPrimitives.ReadUInt64LittleEndian(rest), rest[18]);
                rest = rest[size..];
            }
        }
        file!.Close();
        return e;
    }

    /// <summary>Adds the entries that no layer above has (or hides).</summary>
    public static Errno Merge(IDirectoryInode layer, HashSet<byte[]> seen, DirectoryListing listing)
    {
        var own = new DirectoryListing();
        Errno e = Lower(layer, own);
        if (e != 0)
            return e;
        for (int position = 0; position < own.Length;)
        {
            ReadOnlySpan<byte> name = own.Get(position, out ulong inode, out byte type, out position);
            if (!seen.Add(name.ToArray()))
                continue;
            // Type 2 is a character device: it may be a whiteout.
            if (type == 2 && layer.Lookup(name, out IInode? found) == 0 && OverlayFileSystem.IsWhiteout(found!))
                continue;
            listing.Add(name, inode, type);
        }
        return 0;
    }
}
