using System.Globalization;

namespace Zonix.Images.Tar;

/// <summary>Where the data of a sparse file lies, in the forms that GNU tar has had.</summary>
internal static class SparseMap
{
    private const int EntrySize = 24;
    private const int MaxSegments = 1 << 20;

    /// <summary>GNU's own format: four parts in the header, more in blocks behind it.</summary>
    public static List<TarSegment> ReadOld(TarInput input, Span<byte> block, out long size)
    {
        const int Map = 386, InHeader = 4, IsExtended = 482, RealSize = 483, InBlock = 21, BlockIsExtended = 504;
        var segments = new List<TarSegment>();
        if (!TarFormat.TryNumber(block.Slice(RealSize, 12), out size))
            throw input.Broken("a sparse file whose size is no number");
        bool goesOn = block[IsExtended] != 0;
        AddParts(input, block.Slice(Map, InHeader * EntrySize), segments);
        while (goesOn)
        {
            input.ReadExactly(block);
            goesOn = block[BlockIsExtended] != 0;
            AddParts(input, block[..(InBlock * EntrySize)], segments);
        }
        return segments;
    }

    /// <summary>PAX version 1.0: decimal lines in front of the data, in whole blocks.</summary>
    public static List<TarSegment> ReadFront(TarInput input, long stored)
    {
        Span<byte> block = stackalloc byte[TarFormat.BlockSize];
        int at = TarFormat.BlockSize;
        long count = NextLine(input, block, ref at, ref stored);
        if (count > MaxSegments)
            throw input.Broken($"a sparse file of {count} parts");
        var segments = new List<TarSegment>();
        for (long i = 0; i < count; i++)
        {
            long offset = NextLine(input, block, ref at, ref stored);
            segments.Add(new(offset, NextLine(input, block, ref at, ref stored)));
        }
        return segments;
    }

    /// <summary>PAX version 0.1: "offset,length,offset,length" in a record.</summary>
    public static List<TarSegment> Parse(TarInput input, ReadOnlySpan<byte> map)
    {
        var segments = new List<TarSegment>();
        long? offset = null;
        foreach (Range part in map.Split((byte)','))
        {
            if (!long.TryParse(map[part], NumberStyles.None, CultureInfo.InvariantCulture, out long number))
                throw input.Broken("a sparse file whose map is no list of numbers");
            if (offset is null)
            {
                offset = number;
                continue;
            }
            segments.Add(new(offset.Value, number));
            offset = null;
        }
        return offset is null ? segments : throw input.Broken("a sparse file whose map is no list of pairs");
    }

    /// <summary>The parts lie one behind the other within the file, and the archive holds just them.</summary>
    public static void Check(TarInput input, byte[] name, List<TarSegment> segments, long stored, long size)
    {
        long end = 0, sum = 0;
        foreach (TarSegment segment in segments)
        {
            if (segment.Offset < end || segment.Length < 0 || segment.Length > size - segment.Offset)
                throw input.Broken(name, "is a sparse file whose parts overlap or lie outside of it");
            end = segment.Offset + segment.Length;
            sum += segment.Length;
        }
        if (sum != stored || size < 0)
            throw input.Broken(name, $"is a sparse file with {stored} bytes for parts of {sum}");
    }

    private static void AddParts(TarInput input, ReadOnlySpan<byte> parts, List<TarSegment> segments)
    {
        for (; !parts.IsEmpty; parts = parts[EntrySize..])
        {
            if (parts[0] == 0)
                break;
            if (!TarFormat.TryNumber(parts[..12], out long offset) || !TarFormat.TryNumber(parts.Slice(12, 12), out long length))
                throw input.Broken("a sparse file whose map is no list of numbers");
            if (segments.Count == MaxSegments)
                throw input.Broken($"a sparse file of more than {MaxSegments} parts");
            segments.Add(new(offset, length));
        }
    }

    private static long NextLine(TarInput input, Span<byte> block, ref int at, ref long stored)
    {
        long value = 0;
        for (int digits = 0; ; digits++)
        {
            if (at == block.Length)
            {
                if (stored < block.Length)
                    throw input.Broken("a sparse file whose map does not end");
                stored -= block.Length;
                input.ReadExactly(block);
                at = 0;
            }
            byte b = block[at++];
            if (b == '\n' && digits > 0)
                return value;
            if (b is < (byte)'0' or > (byte)'9' || digits > 18)
                throw input.Broken("a sparse file whose map is no list of numbers");
            value = (value * 10) + (b - '0');
            if (value < 0)
                throw input.Broken("a sparse file whose map holds a number that is too large");
        }
    }
}
