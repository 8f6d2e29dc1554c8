using System.Buffers.Binary;

namespace Zonix.Zones.Tests;

/// <summary>A static ELF program of three segments that writes its bss and data and exits with 42.</summary>
internal static class TinyProgram
{
    internal const int HeaderBytes = 64 + (4 * 56);
    internal const int ExitCode = 42;

    private const int Size = 0x2100;
    private const int CodeOffset = 0x1000;
    private const int DataOffset = 0x2080;
    private const ulong Base = 0x40_0000;

    internal static byte[] Build(bool positionIndependent)
    {
        byte[] file = new byte[Size];
        ulong start = positionIndependent ? 0 : Base;
        ReadOnlySpan<byte> identity = [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1];
        identity.CopyTo(file);
        U16(file, 16, positionIndependent ? 3 : 2);
        U16(file, 18, 62);
        U32(file, 20, 1);
        U64(file, 24, start + CodeOffset);
        U64(file, 32, 64);
        U16(file, 52, 64);
        U16(file, 54, 56);
        U16(file, 56, 4);
        Segment(file, 0, 1, 4, 0, start, HeaderBytes, HeaderBytes);
        Segment(file, 1, 1, 5, CodeOffset, start + CodeOffset, 0x40, 0x40);
        Segment(file, 2, 1, 6, DataOffset, start + 0x3000 + (DataOffset & 0xFFF), 0x40, 0x3000);
        Segment(file, 3, 0x6474E551, 6, 0, 0, 0, 0);
        byte[] code =
        [
            0xC6, 0x05, 0, 0, 0, 0, 1, // mov byte [rip+data], 1
            0xC6, 0x05, 0, 0, 0, 0, 1, // mov byte [rip+bss], 1
            0x6A, 0x07, 0x58, // push 7; pop rax
            0xB8, 60, 0, 0, 0, 0xBF, ExitCode, 0, 0, 0, 0x0F, 0x05, // exit(42)
        ];
        const int Data = 0x3000 + (DataOffset & 0xFFF);
        U32(code, 2, Data - (CodeOffset + 7));
        U32(code, 9, Data + 0x2800 - (CodeOffset + 14));
        code.CopyTo(file, CodeOffset);
        return file;
    }

    private static void Segment(byte[] file, int index, uint type, uint flags, ulong offset, ulong address, ulong fileSize, ulong memorySize)
    {
        int at = 64 + (index * 56);
        U32(file, at, (int)type);
        U32(file, at + 4, (int)flags);
        U64(file, at + 8, offset);
        U64(file, at + 16, address);
        U64(file, at + 24, address);
        U64(file, at + 32, fileSize);
        U64(file, at + 40, memorySize);
        U64(file, at + 48, 0x1000);
    }

    private static void U16(byte[] file, int at, int value) => BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), (ushort)value);

    private static void U32(byte[] file, int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);

    private static void U64(byte[] file, int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(at), value);
}
