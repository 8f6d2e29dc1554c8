using Zonix.Images.Tar;
using Zonix.Images.Unpacking;

namespace Zonix.Images.Differences;

/// <summary>
/// Writes trees, and the differences of trees, as tar archives. The same tree gives the same bytes: entries are sorted, owners
/// are numbers, and no time but those of the files comes in.
/// </summary>
public static class TreePacker
{
    private const uint UsualRootMode = 0x1ED;
    internal const int ChunkSize = 256 * 1024;

    /// <summary>The whole tree, as docker export gives it. Sockets are left out: archives know none.</summary>
    public static void PackTree(IFileSystem tree, Stream target, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(tree);
        var archive = new TarWriter(target);
        IInode root = tree.Root.Inode!;
        // Only one that is not as every root is.
        if (root.Access is var access && ((access.Mode & FileModeBits.PermissionMask) != UsualRootMode || access.Uid != 0 || access.Gid != 0))
            archive.WriteEntry(Describe("."u8.ToArray(), root, InodeReading.Attributes([], root), TarEntryKind.Directory));
        Pack(TreeComparison.Compare(null, tree, cancellation), archive, cancellation);
    }

    /// <summary>What is different, as a layer: what is gone is a whiteout. OCI image specification, layer.md.</summary>
    public static void PackChanges(IReadOnlyList<TreeChange> changes, Stream target, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(changes);
        Pack(changes, new TarWriter(target), cancellation);
    }

    private static void Pack(IReadOnlyList<TreeChange> changes, TarWriter archive, CancellationToken cancellation)
    {
        var firstNames = new Dictionary<(ulong, ulong), byte[]>();
        var chunk = new byte[ChunkSize];
        foreach (TreeChange change in changes)
        {
            cancellation.ThrowIfCancellationRequested();
            if (change.Inode is null)
                archive.WriteEntry(Whiteout(change.PathBytes));
            else
                Pack(change.PathBytes, change.Inode, archive, firstNames, chunk);
        }
        archive.Complete();
    }

    private static TarEntry Whiteout(byte[] path)
    {
        ReadOnlySpan<byte> directory = TreePath.Split(path, out ReadOnlySpan<byte> name);
        return new TarEntry { Kind = TarEntryKind.File, Name = [.. directory, .. directory.IsEmpty ? ""u8 : "/"u8, .. ".wh."u8, .. name] };
    }

    internal static void Pack(byte[] path, IInode inode, TarWriter archive, Dictionary<(ulong Device, ulong Inode), byte[]> firstNames, byte[] chunk)
    {
        InodeAttributes attributes = InodeReading.Attributes(path, inode);
        TarEntryKind? kind = (attributes.Mode & FileModeBits.S_IFMT) switch
        {
            FileModeBits.S_IFREG => TarEntryKind.File,
            FileModeBits.S_IFDIR => TarEntryKind.Directory,
            FileModeBits.S_IFLNK => TarEntryKind.SymbolicLink,
            FileModeBits.S_IFCHR => TarEntryKind.CharacterDevice,
            FileModeBits.S_IFBLK => TarEntryKind.BlockDevice,
            FileModeBits.S_IFIFO => TarEntryKind.Fifo,
            _ => null,
        };
        if (kind is null)
            return;
        if (kind != TarEntryKind.Directory && attributes.Links > 1)
        {
            if (firstNames.TryGetValue((attributes.Device, attributes.Inode), out byte[]? first))
            {
                archive.WriteEntry(new TarEntry { Kind = TarEntryKind.HardLink, Name = path, LinkName = first, Attributes = Owner(attributes) });
                return;
            }
            firstNames.Add((attributes.Device, attributes.Inode), path);
        }
        if (kind == TarEntryKind.File)
            PackFile(path, inode, attributes, archive, chunk);
        else
            archive.WriteEntry(Describe(path, inode, attributes, kind.Value));
    }

    private static EntryAttributes Owner(in InodeAttributes attributes) => new(attributes.Mode, attributes.Uid, attributes.Gid, attributes.Modify);

    private static TarEntry Describe(byte[] path, IInode inode, in InodeAttributes attributes, TarEntryKind kind) => new()
    {
        Kind = kind, Name = path, Rdev = attributes.Rdev, LinkName = inode is ISymbolicLink link ? InodeReading.LinkText(path, link) : [],
        Attributes = Owner(attributes) with { Extended = InodeReading.Extended(path, inode) },
    };

    private static void PackFile(byte[] path, IInode inode, in InodeAttributes attributes, TarWriter archive, byte[] chunk)
    {
        IFile file = InodeReading.Open(path, inode);
        try
        {
            long size = (long)attributes.Size;
            List<TarSegment>? segments = FindData(file, size);
            archive.WriteEntry(new TarEntry
            {
                Kind = TarEntryKind.File, Name = path, Size = size, Segments = segments,
                Attributes = Owner(attributes) with { Extended = InodeReading.Extended(path, inode) },
            });
            foreach (TarSegment segment in segments ?? [new TarSegment(0, size)])
            {
                for (long at = segment.Offset, end = at + segment.Length; at < end;)
                {
                    int count = (int)Math.Min(ChunkSize, end - at);
                    if (InodeReading.Read(path, file, chunk, count, at) != count)
                        throw new ImageException($"'{TreePath.Show(path)}' became shorter while it was read");
                    archive.Write(chunk.AsSpan(0, count));
                    at += count;
                }
            }
        }
        finally
        {
            file.Close();
        }
    }

    // Null: it has no holes worth the trouble. File systems tell of holes in blocks of their own; only those that hold a whole
    // megabyte count, so that one content has one form wherever it is kept.
    private static List<TarSegment>? FindData(IFile file, long size)
    {
        const long Grain = 1 << 20;
        if (size < 2 * Grain || file is not ISeekable seekable)
            return null;
        var segments = new List<TarSegment>();
        long covered = 0, at = 0;
        while (at < size)
        {
            SysResult data = seekable.SeekData(at, hole: false);
            long start = data.IsError ? size : data.Value;
            SysResult hole = start < size ? seekable.SeekData(start, hole: true) : size;
            long end = hole.IsError ? size : Math.Min(size, hole.Value);
            long from = Math.Max(covered, start / Grain * Grain), to = Math.Min(size, (end + Grain - 1) / Grain * Grain);
            if (start >= size)
                break;
            if (segments.Count > 0 && from <= covered)
                segments[^1] = new(segments[^1].Offset, Math.Max(covered, to) - segments[^1].Offset);
            else if (to > from)
                segments.Add(new(from, to - from));
            covered = Math.Max(covered, to);
            at = Math.Max(end, at + 1);
        }
        // GNU tar sets the length by a part at the end.
        if (covered < size)
            segments.Add(new(size, 0));
        return segments is [{ Offset: 0 } only] && only.Length == size ? null : segments;
    }
}
