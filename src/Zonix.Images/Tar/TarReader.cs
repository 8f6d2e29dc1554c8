using Zonix.Images.Unpacking;

namespace Zonix.Images.Tar;

/// <summary>
/// Reads a tar archive, uncompressed, from front to back: v7, ustar, GNU (long names, sparse files, numbers in base 256) and
/// PAX. Names and attributes come out byte by byte as they stand; nothing is believed that could not be. What is broken is an
/// <see cref="ImageException"/> that says where.
/// </summary>
/// <remarks>
/// Not System.Formats.Tar, which decodes names and attributes as text and knows no sparse files of PAX. Source: tar(5) of
/// libarchive, POSIX.1-2001 pax, "Basic Tar Format" of the GNU tar manual.
/// </remarks>
public sealed class TarReader(Stream source)
{
    private const int MaxHeader = 1 << 20;
    private readonly TarInput input = new(source);
    private readonly PaxRecords globals = new();
    private readonly byte[] block = new byte[TarFormat.BlockSize];
    private long left, padding;

    /// <summary>Bytes of the current entry's content that are still to be read; of sparse files those the archive holds.</summary>
    public long Remaining => left;

    /// <summary>The next entry, past what was not read of the one before; null at the end.</summary>
    public TarEntry? Next()
    {
        SkipContent();
        PaxRecords? records = null;
        byte[]? longName = null, longLink = null;
        while (true)
        {
            if (!input.TryReadBlock(block))
                return records is null && longName is null && longLink is null ? null : throw input.Broken("it ends after an extended header");
            if (!block.AsSpan().ContainsAnyExcept((byte)0))
                return null;
            if (!TarFormat.HasValidChecksum(block))
                throw input.Broken("this is no tar header (its checksum is wrong)");
            switch (TarFormat.Type(block))
            {
                case TarFormat.PaxGlobal:
                    globals.Parse(ReadHeader());
                    break;
                case TarFormat.PaxLocal or TarFormat.PaxSolaris:
                    (records ??= new PaxRecords()).Parse(ReadHeader());
                    break;
                case TarFormat.GnuLongName:
                    longName = TarFormat.Text(ReadHeader()).ToArray();
                    break;
                case TarFormat.GnuLongLink:
                    longLink = TarFormat.Text(ReadHeader()).ToArray();
                    break;
                case TarFormat.GnuVolume:
                    SetContent(Number(TarFormat.SizeField(block), "size"));
                    SkipContent();
                    break;
                default:
                    return ReadEntry(Combined(records), longName, longLink);
            }
        }
    }

    /// <summary>Reads content of the current entry; 0 at its end.</summary>
    public int Read(Span<byte> bytes)
    {
        if (left == 0)
            return 0;
        int n = input.Read(bytes[..(int)Math.Min(bytes.Length, left)]);
        if (n == 0 && !bytes.IsEmpty)
            input.Skip(1);
        left -= n;
        return n;
    }

    /// <summary>All of the current entry's content; refused when it is longer than <paramref name="limit"/> bytes.</summary>
    public byte[] ReadAll(int limit)
    {
        if (left > limit)
            throw input.Broken($"an entry of {left} bytes, more than the {limit} that are expected");
        var content = new byte[left];
        input.ReadExactly(content);
        left = 0;
        return content;
    }

    private PaxRecords Combined(PaxRecords? records)
    {
        if (records is null || globals.IsEmpty)
            return records ?? globals;
        var all = new PaxRecords();
        all.Merge(globals);
        all.Merge(records);
        return all;
    }

    private byte[] ReadHeader()
    {
        SetContent(Number(TarFormat.SizeField(block), "size"));
        byte[] content = ReadAll(MaxHeader);
        SkipContent();
        return content;
    }

    private void SetContent(long size)
    {
        if (size < 0)
            throw input.Broken("a negative size");
        left = size;
        padding = TarFormat.Padding(size);
    }

    private void SkipContent()
    {
        input.Skip(left);
        input.Skip(padding);
        left = padding = 0;
    }

    private TarEntry ReadEntry(PaxRecords records, byte[]? longName, byte[]? longLink)
    {
        byte[] name = Chosen(records["GNU.sparse.name"]) ?? Chosen(records["path"]) ?? longName ?? HeaderName();
        byte[] linkName = Chosen(records["linkpath"]) ?? longLink ?? TarFormat.LinkName(block).ToArray();
        TarEntryKind kind = Kind(name);
        bool hasContent = kind == TarEntryKind.File || TarFormat.Type(block) == TarFormat.GnuDumpDirectory;
        long stored = 0;
        if (hasContent && !records.TryNumber("size", out stored))
            stored = Number(TarFormat.SizeField(block), "size");
        EntryAttributes attributes = ReadAttributes(kind, name, records);
        ulong rdev = kind is TarEntryKind.CharacterDevice or TarEntryKind.BlockDevice ? ReadDevice(name, records) : 0;
        SetContent(stored);
        List<TarSegment>? segments = null;
        long size = stored;
        if (kind == TarEntryKind.File)
            segments = ReadSparse(name, records, ref size);
        else if (left > 0)
            SkipContent();
        return new TarEntry
        {
            Kind = kind, Name = name, LinkName = kind is TarEntryKind.SymbolicLink or TarEntryKind.HardLink ? linkName : [],
            Attributes = attributes, Rdev = rdev, Size = size, Segments = segments,
        };
    }

    private TarEntryKind Kind(byte[] name) => TarFormat.Type(block) switch
    {
        TarFormat.OldFile when name is [.., (byte)'/'] => TarEntryKind.Directory,
        TarFormat.OldFile or TarFormat.File or TarFormat.Contiguous or TarFormat.GnuSparse => TarEntryKind.File,
        TarFormat.HardLink => TarEntryKind.HardLink,
        TarFormat.SymbolicLink => TarEntryKind.SymbolicLink,
        TarFormat.Character => TarEntryKind.CharacterDevice,
        TarFormat.Block => TarEntryKind.BlockDevice,
        TarFormat.Directory or TarFormat.GnuDumpDirectory => TarEntryKind.Directory,
        TarFormat.Fifo => TarEntryKind.Fifo,
        TarFormat.GnuMultiVolume => throw input.Broken(name, "goes on from another volume, which is not supported"),
        var type => throw input.Broken(name, $"is of an unknown type, {type}"),
    };

    private EntryAttributes ReadAttributes(TarEntryKind kind, byte[] name, PaxRecords records)
    {
        uint type = kind switch
        {
            TarEntryKind.CharacterDevice => FileModeBits.S_IFCHR,
            TarEntryKind.BlockDevice => FileModeBits.S_IFBLK,
            TarEntryKind.Fifo => FileModeBits.S_IFIFO,
            TarEntryKind.Directory => FileModeBits.S_IFDIR,
            TarEntryKind.SymbolicLink => FileModeBits.S_IFLNK,
            _ => FileModeBits.S_IFREG,
        };
        if (!records.TryNumber("uid", out long uid))
            uid = Number(TarFormat.UidField(block), "owner");
        if (!records.TryNumber("gid", out long gid))
            gid = Number(TarFormat.GidField(block), "group");
        if (uid is < 0 or > uint.MaxValue || gid is < 0 or > uint.MaxValue)
            throw input.Broken(name, $"has an owner that does not exist: {uid}:{gid}");
        uint mode = (uint)Number(TarFormat.ModeField(block), "mode") & FileModeBits.PermissionMask;
        Timestamp modify = records.Time("mtime") ?? new Timestamp(Number(TarFormat.TimeField(block), "time"), 0);
        return new EntryAttributes(type | mode, (uint)uid, (uint)gid, modify) { Access = records.Time("atime"), Extended = records.Extended() };
    }

    private ulong ReadDevice(byte[] name, PaxRecords records)
    {
        if (!records.TryNumber("SCHILY.devmajor", out long major))
            major = Number(TarFormat.MajorField(block), "major number");
        if (!records.TryNumber("SCHILY.devminor", out long minor))
            minor = Number(TarFormat.MinorField(block), "minor number");
        if (major is < 0 or > uint.MaxValue || minor is < 0 or > uint.MaxValue)
            throw input.Broken(name, $"has a device number that does not exist: {major}:{minor}");
        return ((ulong)major << 32) | (uint)minor;
    }

    // Old archives have a name of their own; ustar's may be split; star keeps times behind a shorter prefix.
    private byte[] HeaderName()
    {
        ReadOnlySpan<byte> name = TarFormat.Name(block);
        if (!TarFormat.IsUstar(block))
            return name.ToArray();
        ReadOnlySpan<byte> prefix = TarFormat.Prefix(block);
        if (block.AsSpan(508, 4).SequenceEqual("tar\0"u8))
            prefix = TarFormat.Text(block.AsSpan(345, 131));
        return prefix.IsEmpty ? name.ToArray() : [.. prefix, (byte)'/', .. name];
    }

    private List<TarSegment>? ReadSparse(byte[] name, PaxRecords records, ref long size)
    {
        List<TarSegment> segments;
        if (TarFormat.Type(block) == TarFormat.GnuSparse)
        {
            segments = SparseMap.ReadOld(input, block, out size);
        }
        else if (records.TryNumber("GNU.sparse.major", out long major))
        {
            if (major != 1)
                throw input.Broken(name, $"is a sparse file of an unknown format, {major}");
            if (!records.TryNumber("GNU.sparse.realsize", out size))
                throw input.Broken(name, "is a sparse file without a size");
            long before = input.Position;
            segments = SparseMap.ReadFront(input, left);
            left -= input.Position - before;
        }
        else if (records["GNU.sparse.map"] is { Length: > 0 } map)
        {
            segments = SparseMap.Parse(input, map);
            records.TryNumber("GNU.sparse.size", out size);
        }
        else if (records.Sparse.Count > 0)
        {
            segments = records.Sparse;
            records.TryNumber("GNU.sparse.size", out size);
        }
        else
        {
            return null;
        }
        SparseMap.Check(input, name, segments, left, size);
        return segments;
    }

    private static byte[]? Chosen(byte[]? value) => value is { Length: > 0 } ? value : null;

    private long Number(ReadOnlySpan<byte> field, string what) =>
        TarFormat.TryNumber(field, out long value) ? value : throw input.Broken($"a header whose {what} is no number");
}
