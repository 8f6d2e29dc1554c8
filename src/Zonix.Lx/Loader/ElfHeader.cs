using System.Buffers.Binary;
using Zonix.Abi;

namespace Zonix.Lx.Loader;

/// <summary>The fields of a 64-bit ELF file header that matter to execve(2). elf(5).</summary>
internal readonly record struct ElfHeader(
    ElfType Type,
    ushort Machine,
    ulong Entry,
    ulong ProgramHeaderOffset,
    ushort ProgramHeaderEntrySize,
    ushort ProgramHeaderCount)
{
    private const byte ElfClass64 = 2;

    /// <summary>Whether <paramref name="file"/> starts as an ELF file does.</summary>
    internal static bool HasMagic(ReadOnlySpan<byte> file) => file.StartsWith("\x7f"u8) && file[1..].StartsWith("ELF"u8);

    /// <summary>Whether it is an ELF file of 32-bit code for the i386.</summary>
    internal static bool IsI386(ReadOnlySpan<byte> file) =>
        HasMagic(file) && file.Length >= 20 && file[4] != ElfClass64 && BinaryPrimitives.ReadUInt16LittleEndian(file[18..]) == ElfLimits.EM_386;

    /// <summary>Reads the header; false when this is no 64-bit ELF file that could be run.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> file, out ElfHeader header)
    {
        header = default;
        if (file.Length < ElfLimits.HeaderSize || !HasMagic(file))
            return false;
        header = new ElfHeader(
            (ElfType)BinaryPrimitives.ReadUInt16LittleEndian(file[16..]),
            BinaryPrimitives.ReadUInt16LittleEndian(file[18..]),
            BinaryPrimitives.ReadUInt64LittleEndian(file[24..]),
            BinaryPrimitives.ReadUInt64LittleEndian(file[32..]),
            BinaryPrimitives.ReadUInt16LittleEndian(file[54..]),
            BinaryPrimitives.ReadUInt16LittleEndian(file[56..]));

        // Like Linux, the class byte is not looked at: machine and entry size tell.
        return header.Type is ElfType.ET_EXEC or ElfType.ET_DYN
            && header.Machine == ElfLimits.EM_X86_64
            && header.ProgramHeaderEntrySize == ElfLimits.ProgramHeaderSize
            && header.ProgramHeaderCount != 0
            && header.ProgramHeaderCount * ElfLimits.ProgramHeaderSize <= ElfLimits.MaxProgramHeaderBytes;
    }
}
