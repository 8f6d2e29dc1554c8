using Zonix.Images.Tar;

namespace Zonix.Images.Unpacking;

/// <summary>Puts the entries of an archive into a tree.</summary>
public static class TreeUnpacker
{
    private static ReadOnlySpan<byte> WhiteoutPrefix => ".wh."u8;

    private static ReadOnlySpan<byte> OpaqueName => ".wh..wh..opq"u8;

    /// <summary>
    /// Applies a layer, as the OCI image specification has it: entries replace what was there, ".wh.NAME" takes NAME away, and
    /// ".wh..wh..opq" takes away all that the layers below have in its directory.
    /// </summary>
    /// <exception cref="ImageException">The archive is broken, or the tree refuses an entry; the tree is then half done.</exception>
    public static void ApplyLayer(TarReader archive, TreeWriter tree, CancellationToken cancellation = default) =>
        Unpack(archive, tree, hasWhiteouts: true, null, cancellation);

    /// <summary>Unpacks a plain archive, in which ".wh." means nothing.</summary>
    /// <exception cref="ImageException">The archive is broken, or the tree refuses an entry; the tree is then half done.</exception>
    public static void Unpack(TarReader archive, TreeWriter tree, CancellationToken cancellation = default) =>
        Unpack(archive, tree, hasWhiteouts: false, null, cancellation);

    /// <summary>Unpacks the entries of a plain archive that are wanted.</summary>
    /// <exception cref="ImageException">The archive is broken, or the tree refuses an entry; the tree is then half done.</exception>
    public static void Unpack(TarReader archive, TreeWriter tree, Predicate<TarEntry> wants, CancellationToken cancellation = default) =>
        Unpack(archive, tree, hasWhiteouts: false, wants, cancellation);

    private static void Unpack(TarReader archive, TreeWriter tree, bool hasWhiteouts, Predicate<TarEntry>? wants, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentNullException.ThrowIfNull(tree);
        while (archive.Next() is { } entry)
        {
            cancellation.ThrowIfCancellationRequested();
            if (wants?.Invoke(entry) == false)
                continue;
            if (!hasWhiteouts || !TryWhiteout(entry.Name, tree))
                Put(archive, entry, tree, cancellation);
        }
        tree.Complete();
    }

    private static bool TryWhiteout(byte[] entryName, TreeWriter tree)
    {
        ReadOnlySpan<byte> path = entryName.AsSpan().TrimEnd((byte)'/');
        ReadOnlySpan<byte> directory = TreePath.Split(path, out ReadOnlySpan<byte> name);
        if (!name.StartsWith(WhiteoutPrefix))
            return false;
        if (name.SequenceEqual(OpaqueName))
        {
            tree.MakeOpaque(directory);
            return true;
        }
        ReadOnlySpan<byte> hidden = name[WhiteoutPrefix.Length..];
        // AUFS keeps files of its own under ".wh..wh."; they were never part of the tree.
        if (hidden.StartsWith(WhiteoutPrefix))
            return true;
        if (hidden.IsEmpty || hidden is [(byte)'.'] or [(byte)'.', (byte)'.'])
            throw new ImageException($"the whiteout '{TreePath.Show(entryName)}' names no entry");
        tree.Remove((byte[])[.. directory, (byte)'/', .. hidden]);
        return true;
    }

    private static void Put(TarReader archive, TarEntry entry, TreeWriter tree, CancellationToken cancellation)
    {
        switch (entry.Kind)
        {
            case TarEntryKind.Directory:
                tree.MakeDirectory(entry.Name, entry.Attributes);
                break;
            case TarEntryKind.SymbolicLink:
                tree.MakeSymbolicLink(entry.Name, entry.LinkName, entry.Attributes);
                break;
            case TarEntryKind.HardLink:
                tree.MakeHardLink(entry.Name, entry.LinkName);
                break;
            case TarEntryKind.File:
                PutFile(archive, entry, tree, cancellation);
                break;
            default:
                tree.MakeNode(entry.Name, entry.Attributes, entry.Rdev);
                break;
        }
    }

    private static void PutFile(TarReader archive, TarEntry entry, TreeWriter tree, CancellationToken cancellation)
    {
        using TreeFile file = tree.BeginFile(entry.Name, entry.Attributes);
        byte[] chunk = tree.Chunk;
        if (entry.Segments is { } segments)
        {
            foreach (TarSegment segment in segments)
                Copy(archive, file, chunk, segment.Offset, segment.Length, cancellation);
            file.SetLength(entry.Size);
        }
        else
        {
            Copy(archive, file, chunk, 0, entry.Size, cancellation);
        }
        file.Complete();
    }

    private static void Copy(TarReader archive, TreeFile file, byte[] chunk, long at, long length, CancellationToken cancellation)
    {
        for (long end = at + length; at < end;)
        {
            cancellation.ThrowIfCancellationRequested();
            int wanted = (int)Math.Min(chunk.Length, end - at), got = 0;
            // Full chunks, for the file system's sake, whatever pieces the archive comes in.
            while (got < wanted && archive.Read(chunk.AsSpan(got, wanted - got)) is var n and > 0)
                got += n;
            file.Write(chunk, 0, got, at);
            at += got;
        }
    }
}
