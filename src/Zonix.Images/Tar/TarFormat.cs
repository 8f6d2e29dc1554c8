using System.Numerics;

namespace Zonix.Images.Tar;

/// <summary>The layout of a header block: POSIX.1-1988 ustar and GNU. Fields as (offset, length).</summary>
internal static class TarFormat
{
    public const int BlockSize = 512;

    public const byte OldFile = 0, File = (byte)'0', HardLink = (byte)'1', SymbolicLink = (byte)'2', Character = (byte)'3', Block = (byte)'4';
    public const byte Directory = (byte)'5', Fifo = (byte)'6', Contiguous = (byte)'7';
    public const byte PaxGlobal = (byte)'g', PaxLocal = (byte)'x', PaxSolaris = (byte)'X';
    public const byte GnuLongName = (byte)'L', GnuLongLink = (byte)'K', GnuSparse = (byte)'S', GnuMultiVolume = (byte)'M';
    public const byte GnuVolume = (byte)'V', GnuDumpDirectory = (byte)'D';

    public static ReadOnlySpan<byte> Name(ReadOnlySpan<byte> block) => Text(block[..100]);

    public static ReadOnlySpan<byte> ModeField(ReadOnlySpan<byte> block) => block.Slice(100, 8);

    public static ReadOnlySpan<byte> UidField(ReadOnlySpan<byte> block) => block.Slice(108, 8);

    public static ReadOnlySpan<byte> GidField(ReadOnlySpan<byte> block) => block.Slice(116, 8);

    public static ReadOnlySpan<byte> SizeField(ReadOnlySpan<byte> block) => block.Slice(124, 12);

    public static ReadOnlySpan<byte> TimeField(ReadOnlySpan<byte> block) => block.Slice(136, 12);

    public static byte Type(ReadOnlySpan<byte> block) => block[156];

    public static ReadOnlySpan<byte> LinkName(ReadOnlySpan<byte> block) => Text(block.Slice(157, 100));

    public static bool IsUstar(ReadOnlySpan<byte> block) => block.Slice(257, 6).SequenceEqual("ustar\0"u8);

    public static bool IsGnu(ReadOnlySpan<byte> block) => block.Slice(257, 8).SequenceEqual("ustar  \0"u8);

    public static ReadOnlySpan<byte> MajorField(ReadOnlySpan<byte> block) => block.Slice(329, 8);

    public static ReadOnlySpan<byte> MinorField(ReadOnlySpan<byte> block) => block.Slice(337, 8);

    public static ReadOnlySpan<byte> Prefix(ReadOnlySpan<byte> block) => Text(block.Slice(345, 155));

    /// <summary>The sum of the header's bytes with its own field as spaces; the sum of signed bytes is accepted too, old programs wrote it.</summary>
    public static bool HasValidChecksum(ReadOnlySpan<byte> block)
    {
        if (!TryNumber(block.Slice(148, 8), out long stated))
            return false;
        long sum = 0, signed = 0;
        for (int i = 0; i < BlockSize; i++)
        {
            byte b = i is >= 148 and < 156 ? (byte)' ' : block[i];
            sum += b;
            signed += (sbyte)b;
        }
        return stated == sum || stated == signed;
    }

    /// <summary>A number: octal text, or base 256 when the first bit is set (GNU).</summary>
    public static bool TryNumber(ReadOnlySpan<byte> field, out long value)
    {
        value = 0;
        if ((field[0] & 0x80) != 0)
        {
            // Two's complement over the field but for its first bit.
            var wide = new BigInteger(field, isUnsigned: true, isBigEndian: true) - (BigInteger.One << ((field.Length * 8) - 1));
            if ((field[0] & 0x40) != 0)
                wide -= BigInteger.One << ((field.Length * 8) - 1);
            if (wide < long.MinValue || wide > long.MaxValue)
                return false;
            value = (long)wide;
            return true;
        }
        ReadOnlySpan<byte> digits = Text(field).Trim((byte)' ');
        foreach (byte digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7')
                return false;
            value = (value << 3) | (uint)(digit - '0');
        }
        return true;
    }

    public static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        return end < 0 ? field : field[..end];
    }

    public static long Padding(long size) => -size & (BlockSize - 1);
}
