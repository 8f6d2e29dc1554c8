using System.Globalization;
using System.Text;
using Zonix.Images.Unpacking;

namespace Zonix.Images.Tar;

/// <summary>
/// Writes a tar archive: ustar headers, and PAX records for what they cannot hold. The same entries give the same bytes. Not
/// closed by the end of the archive: that is <see cref="Complete"/>.
/// </summary>
public sealed class TarWriter(Stream target)
{
    private readonly byte[] block = new byte[TarFormat.BlockSize];
    private long left, padding;

    /// <summary>
    /// Begins an entry. The content of a file follows by <see cref="Write"/>: <see cref="TarEntry.Size"/> bytes, or those of its
    /// segments one behind the other.
    /// </summary>
    public void WriteEntry(TarEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        EndContent();
        byte[] name = entry.Kind == TarEntryKind.Directory && entry.Name is not [.., (byte)'/'] ? [.. entry.Name, (byte)'/'] : entry.Name;
        var records = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        byte[] map = entry.Segments is { } segments ? SparseRecords(entry, name, segments, records) : [];
        long content = entry.Kind != TarEntryKind.File ? 0 : entry.Segments?.Sum(static s => s.Length) ?? entry.Size;
        AddRecords(entry, name, content + map.Length, records);
        if (records.Count > 0)
            WriteRecords(name, records);
        FillHeader(entry, name, content + map.Length);
        target.Write(block);
        (left, padding) = (content + map.Length, TarFormat.Padding(content + map.Length));
        Write(map);
    }

    /// <summary>Content of the current entry.</summary>
    public void Write(ReadOnlySpan<byte> content)
    {
        if (content.Length > left)
            throw new InvalidOperationException("an entry has more content than it said");
        target.Write(content);
        left -= content.Length;
    }

    /// <summary>Ends the archive.</summary>
    public void Complete()
    {
        EndContent();
        Array.Clear(block);
        target.Write(block);
        target.Write(block);
    }

    // GNU's PAX format 1.0: the map lies in front of the data.
    private static byte[] SparseRecords(TarEntry entry, byte[] name, IReadOnlyList<TarSegment> segments, SortedDictionary<string, byte[]> records)
    {
        records["GNU.sparse.major"] = "1"u8.ToArray();
        records["GNU.sparse.minor"] = "0"u8.ToArray();
        records["GNU.sparse.name"] = name;
        records["GNU.sparse.realsize"] = Text(entry.Size);
        var map = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{segments.Count}\n");
        foreach (TarSegment segment in segments)
            map.Append(CultureInfo.InvariantCulture, $"{segment.Offset}\n{segment.Length}\n");
        byte[] bytes = Encoding.ASCII.GetBytes(map.ToString());
        Array.Resize(ref bytes, bytes.Length + (int)TarFormat.Padding(bytes.Length));
        return bytes;
    }

    private static void AddRecords(TarEntry entry, byte[] name, long stored, SortedDictionary<string, byte[]> records)
    {
        const long MaxShort = (1 << 21) - 1, MaxLong = (1L << 33) - 1;
        EntryAttributes attributes = entry.Attributes;
        if (name.Length > 100 && TrySplit(name) < 0)
            records["path"] = name;
        if (entry.LinkName.Length > 100)
            records["linkpath"] = entry.LinkName;
        if (stored > MaxLong)
            records["size"] = Text(stored);
        if (attributes.Uid > MaxShort)
            records["uid"] = Text(attributes.Uid);
        if (attributes.Gid > MaxShort)
            records["gid"] = Text(attributes.Gid);
        if (attributes.Modify.Nanoseconds != 0 || attributes.Modify.Seconds is < 0 or > MaxLong)
            records["mtime"] = Text(attributes.Modify);
        if (attributes.Access is { } access)
            records["atime"] = Text(access);
        foreach (ExtendedAttribute attribute in attributes.Extended ?? [])
            records["SCHILY.xattr." + Encoding.UTF8.GetString(attribute.Name)] = attribute.Value;
    }

    private static byte[] Text(long number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));

    private static byte[] Text(Timestamp time)
    {
        (long seconds, uint nanoseconds) = (time.Seconds, time.Nanoseconds);
        string sign = "";
        if (seconds < 0)
        {
            // -0.25 s is second -1 and 750,000,000 ns.
            sign = "-";
            (seconds, nanoseconds) = nanoseconds == 0 ? (-seconds, 0) : (-seconds - 1, 1_000_000_000 - nanoseconds);
        }
        string text = string.Create(CultureInfo.InvariantCulture, $"{sign}{seconds}.{nanoseconds:d9}");
        return Encoding.ASCII.GetBytes(text.TrimEnd('0').TrimEnd('.'));
    }

    // Where ustar may cut a name in two: at most 155 bytes before a slash, at most 100 behind it.
    private static int TrySplit(ReadOnlySpan<byte> name)
    {
        if (name.Length > 256)
            return -1;
        int from = Math.Max(1, name.Length - 101);
        int slash = name[from..^1].IndexOf((byte)'/');
        return slash < 0 || from + slash > 155 ? -1 : from + slash;
    }

    private void WriteRecords(byte[] name, SortedDictionary<string, byte[]> records)
    {
        var content = new MemoryStream();
        foreach ((string key, byte[] value) in records)
        {
            byte[] keyBytes = Encoding.UTF8.GetBytes(key);
            int length = keyBytes.Length + value.Length + 3, digits = 1;
            // The length counts its own digits.
            while ((length + digits).ToString(CultureInfo.InvariantCulture).Length > digits)
                digits++;
            content.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{length + digits} ")));
            content.Write(keyBytes);
            content.WriteByte((byte)'=');
            content.Write(value);
            content.WriteByte((byte)'\n');
        }
        ReadOnlySpan<byte> last = name.AsSpan().TrimEnd((byte)'/');
        last = last[(last.LastIndexOf((byte)'/') + 1)..];
        byte[] headerName = [.. "PaxHeaders.0/"u8, .. last[..Math.Min(last.Length, 80)]];
        var header = new TarEntry { Kind = TarEntryKind.File, Name = headerName, Attributes = new EntryAttributes(0x1A4, 0, 0, default) };
        FillHeader(header, headerName, content.Length);
        block[156] = TarFormat.PaxLocal;
        FillChecksum();
        target.Write(block);
        target.Write(content.GetBuffer().AsSpan(0, (int)content.Length));
        target.Write(new byte[TarFormat.Padding(content.Length)]);
    }

    private void FillHeader(TarEntry entry, byte[] name, long size)
    {
        Array.Clear(block);
        Span<byte> header = block;
        int split = name.Length > 100 ? TrySplit(name) : -1;
        if (split > 0)
            name.AsSpan(0, split).CopyTo(header[345..]);
        ReadOnlySpan<byte> shortName = name.AsSpan(split + 1);
        shortName[..Math.Min(100, shortName.Length)].CopyTo(header);
        WriteOctal(header.Slice(100, 8), entry.Attributes.Mode & FileModeBits.PermissionMask);
        WriteOctal(header.Slice(108, 8), entry.Attributes.Uid);
        WriteOctal(header.Slice(116, 8), entry.Attributes.Gid);
        WriteOctal(header.Slice(124, 12), size);
        WriteOctal(header.Slice(136, 12), entry.Attributes.Modify.Seconds);
        header[156] = entry.Kind switch
        {
            TarEntryKind.Directory => TarFormat.Directory,
            TarEntryKind.SymbolicLink => TarFormat.SymbolicLink,
            TarEntryKind.HardLink => TarFormat.HardLink,
            TarEntryKind.CharacterDevice => TarFormat.Character,
            TarEntryKind.BlockDevice => TarFormat.Block,
            TarEntryKind.Fifo => TarFormat.Fifo,
            _ => TarFormat.File,
        };
        entry.LinkName.AsSpan(0, Math.Min(100, entry.LinkName.Length)).CopyTo(header[157..]);
        "ustar\0"u8.CopyTo(header[257..]);
        "00"u8.CopyTo(header[263..]);
        if (entry.Kind is TarEntryKind.CharacterDevice or TarEntryKind.BlockDevice)
        {
            WriteOctal(header.Slice(329, 8), (long)(entry.Rdev >> 32));
            WriteOctal(header.Slice(337, 8), (uint)entry.Rdev);
        }
        FillChecksum();
    }

    private void FillChecksum()
    {
        Span<byte> field = block.AsSpan(148, 8);
        field.Fill((byte)' ');
        long sum = 0;
        foreach (byte b in block)
            sum += b;
        WriteOctal(field[..7], sum);
    }

    // What does not fit stands in a record, and a zero here.
    private static void WriteOctal(Span<byte> field, long value)
    {
        int digits = field.Length - 1;
        if (value < 0 || value >> (digits * 3) != 0)
            value = 0;
        field[digits] = 0;
        for (int i = digits - 1; i >= 0; i--, value >>= 3)
            field[i] = (byte)('0' + (value & 7));
    }

    private void EndContent()
    {
        if (left > 0)
            throw new InvalidOperationException("an entry has less content than it said");
        if (padding > 0)
            target.Write(new byte[padding]);
        padding = 0;
    }
}
