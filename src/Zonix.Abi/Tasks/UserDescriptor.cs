using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct user_desc. asm/ldt.h; set_thread_area(2), modify_ldt(2).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct UserDescriptor
{
    public uint EntryNumber, BaseAddress, Limit, Bits;

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
