using System.Runtime.InteropServices;

namespace Zonix.Differential;

/// <summary>All registers of a case, before or after it ran; <c>struct state</c> of executor.c.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public unsafe struct MachineState
{
    public const int VectorSize = 64;

    /// <summary>CF PF AF ZF SF DF OF: what is compared of the flags.</summary>
    public const ulong ComparedFlags = 0xCD5;

    /// <summary>CF PF AF ZF SF OF.</summary>
    public const ulong ArithmeticFlags = 0x8D5;

    /// <summary>In the order of their encoding.</summary>
    public fixed ulong General[16];
    public ulong Rip;
    public ulong Flags;
    public ulong FsBase;
    public ulong GsBase;

    /// <summary>The first 160 bytes of what FXSAVE64 writes: control words, MXCSR, the x87 stack.</summary>
    public fixed byte Fpu[160];
    public fixed ulong Opmasks[8];
    public fixed byte Vectors[32 * VectorSize];

    /// <summary>The signal that ended the case, and its siginfo_t.</summary>
    public int Signal;
    public int Code;
    public ulong Address;

    /// <summary>The CPU's exception number and error code.</summary>
    public uint Trap;
    public uint Error;

    /// <summary>Hashes of the writable pages.</summary>
    public fixed ulong Pages[Layout.WritablePages];

    public uint Mxcsr
    {
        readonly get
        {
            fixed (byte* fpu = Fpu)
                return *(uint*)(fpu + 24);
        }

        set
        {
            fixed (byte* fpu = Fpu)
                *(uint*)(fpu + 24) = value;
        }
    }
}
