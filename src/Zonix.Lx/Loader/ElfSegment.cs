using System.Buffers.Binary;
using Zonix.Abi;

namespace Zonix.Lx.Loader;

/// <summary>A program header. elf(5).</summary>
internal readonly record struct ElfSegment(
    SegmentType Type,
    SegmentFlags Flags,
    ulong Offset,
    ulong VirtualAddress,
    ulong FileSize,
    ulong MemorySize,
    ulong Alignment)
{
    /// <summary>Reads a 64-bit header at the start of <paramref name="raw"/>, which holds at least its 56 bytes.</summary>
    internal static ElfSegment Read(ReadOnlySpan<byte> raw) => new(
        (SegmentType)BinaryPrimitives.ReadUInt32LittleEndian(raw),
        (SegmentFlags)BinaryPrimitives.ReadUInt32LittleEndian(raw[4..]),
        BinaryPrimitives.ReadUInt64LittleEndian(raw[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(raw[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(raw[32..]),
        BinaryPrimitives.ReadUInt64LittleEndian(raw[40..]),
        BinaryPrimitives.ReadUInt64LittleEndian(raw[48..]));

    /// <summary>Reads a 32-bit header at the start of <paramref name="raw"/>, which holds at least its 32 bytes.</summary>
    internal static ElfSegment Read32(ReadOnlySpan<byte> raw) => new(
        (SegmentType)BinaryPrimitives.ReadUInt32LittleEndian(raw),
        (SegmentFlags)BinaryPrimitives.ReadUInt32LittleEndian(raw[24..]),
        BinaryPrimitives.ReadUInt32LittleEndian(raw[4..]),
        BinaryPrimitives.ReadUInt32LittleEndian(raw[8..]),
        BinaryPrimitives.ReadUInt32LittleEndian(raw[16..]),
        BinaryPrimitives.ReadUInt32LittleEndian(raw[20..]),
        BinaryPrimitives.ReadUInt32LittleEndian(raw[28..]));

    /// <summary>The page protection that the flags ask for.</summary>
    internal Prot Protection =>
        (Flags.HasFlag(SegmentFlags.PF_R) ? Prot.PROT_READ : 0)
        | (Flags.HasFlag(SegmentFlags.PF_W) ? Prot.PROT_WRITE : 0)
        | (Flags.HasFlag(SegmentFlags.PF_X) ? Prot.PROT_EXEC : 0);
}
