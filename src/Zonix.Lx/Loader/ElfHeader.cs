using System.Buffers.Binary;
using Zonix.Abi;

namespace Zonix.Lx.Loader;

/// <summary>The fields of an ELF file header that matter to execve(2). elf(5).</summary>
internal readonly record struct ElfHeader(
    ElfType Type,
    ushort Machine,
    ulong Entry,
    ulong ProgramHeaderOffset,
    ushort ProgramHeaderEntrySize,
    ushort ProgramHeaderCount)
{
    /// <summary>Whether it is a program for i386.</summary>
    internal bool IsI386 => Machine == ElfLimits.EM_386;

    /// <summary>Whether <paramref name="file"/> starts as an ELF file does.</summary>
    internal static bool HasMagic(ReadOnlySpan<byte> file) => file.StartsWith("\x7f"u8) && file[1..].StartsWith("ELF"u8);

    /// <summary>Reads the header; false when this is no ELF file that could be run.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> file, out ElfHeader header)
    {
        header = default;
        // Like Linux, the class byte is not looked at: machine and entry size tell.
        if (file.Length < ElfLimits.HeaderSize32 || !HasMagic(file))
            return false;
        ushort machine = BinaryPrimitives.ReadUInt16LittleEndian(file[18..]);
        if (machine == ElfLimits.EM_386)
            header = Read32(file);
        else if (machine == ElfLimits.EM_X86_64 && file.Length >= ElfLimits.HeaderSize)
            header = Read64(file);
        int entrySize = header.IsI386 ? ElfLimits.ProgramHeaderSize32 : ElfLimits.ProgramHeaderSize;
        return header.Type is ElfType.ET_EXEC or ElfType.ET_DYN
            && header.ProgramHeaderEntrySize == entrySize
            && header.ProgramHeaderCount != 0
            && header.ProgramHeaderCount * entrySize <= ElfLimits.MaxProgramHeaderBytes;
    }

    private static ElfHeader Read64(ReadOnlySpan<byte> file) => new(
        (ElfType)BinaryPrimitives.ReadUInt16LittleEndian(file[16..]),
        BinaryPrimitives.ReadUInt16LittleEndian(file[18..]),
        BinaryPrimitives.ReadUInt64LittleEndian(file[24..]),
        BinaryPrimitives.ReadUInt64LittleEndian(file[32..]),
        BinaryPrimitives.ReadUInt16LittleEndian(file[54..]),
        BinaryPrimitives.ReadUInt16LittleEndian(file[56..]));

    private static ElfHeader Read32(ReadOnlySpan<byte> file) => new(
        (ElfType)BinaryPrimitives.ReadUInt16LittleEndian(file[16..]),
        BinaryPrimitives.ReadUInt16LittleEndian(file[18..]),
        BinaryPrimitives.ReadUInt32LittleEndian(file[24..]),
        BinaryPrimitives.ReadUInt32LittleEndian(file[28..]),
        BinaryPrimitives.ReadUInt16LittleEndian(file[42..]),
        BinaryPrimitives.ReadUInt16LittleEndian(file[44..]));
}
