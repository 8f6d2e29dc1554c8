using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct user_desc. asm/ldt.h; set_thread_area(2), modify_ldt(2).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct UserDescriptor
{
    public uint EntryNumber, BaseAddress, Limit, Bits;

    /// <summary>Reads one of 16 bytes.</summary>
    public static UserDescriptor Read(ReadOnlySpan<byte> bytes) => new()
    {
        EntryNumber = BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        BaseAddress = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]),
        Limit = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]),
        Bits = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]),
    };

    /// <summary>Writes it as 16 bytes.</summary>
    public readonly void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, EntryNumber);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], BaseAddress);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], Limit);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[12..], Bits);
    }

    /// <summary>The segment has 32-bit operands and addresses.</summary>
    public readonly bool Is32Bit => (Bits & 1) != 0;

    /// <summary>0 data, 1 data that grows downwards, 2 code, 3 conforming code.</summary>
    public readonly uint Contents => (Bits >> 1) & 3;

    public readonly bool IsReadExecOnly => (Bits & 8) != 0;

    public readonly bool IsLimitInPages => (Bits & 16) != 0;

    public readonly bool IsNotPresent => (Bits & 32) != 0;

    public readonly bool IsUseable => (Bits & 64) != 0;

    /// <summary>LDT_empty: the entry is to be cleared.</summary>
    public readonly bool IsEmpty => BaseAddress == 0 && Limit == 0 && (Bits & 0x7F) == 0x28;

    /// <summary>LDT_zero: so is it here.</summary>
    public readonly bool IsZero => BaseAddress == 0 && Limit == 0 && (Bits & 0x7F) == 0;
}
