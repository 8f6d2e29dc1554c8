using System.Runtime.InteropServices;

namespace Zonix.Machine;

/// <summary>
/// What translated code and the stubs keep in memory. The host's stack pointer holds its address while guest code runs; a
/// few words below it are used by <c>pushfq</c> and the like. Offsets are fixed: emitted code knows them.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = StateSize)]
internal unsafe struct CpuState
{
    /// <summary>Alignment of the state, in bytes.</summary>
    internal const int Alignment = 64;

    internal const int StateSize = 0xC80;

    /// <summary>
    /// Room below the state: for pushes of emitted code, and for .NET's thread activation handler, which looks where the
    /// thread is and returns. Its pages cost nothing until such a signal arrives.
    /// </summary>
    internal const int PushArea = 32 * 1024;

    /// <summary>State and push area together, in bytes.</summary>
    internal const int BlockSize = PushArea + StateSize;

    internal const int TableBaseOffset = 0x00;
    internal const int WindowBaseOffset = 0x08;
    internal const int MaskOffset = 0x10;
    internal const int LinkOffset = 0x18;
    internal const int ExitReasonOffset = 0x1C;
    internal const int RegistersOffset = 0x20;
    internal const int R9Offset = 0x20;
    internal const int R10Offset = 0x28;
    internal const int R11Offset = 0x30;
    internal const int RipOffset = 0x38;
    internal const int RflagsOffset = 0x40;
    internal const int FsBaseOffset = 0x48;
    internal const int GsBaseOffset = 0x50;
    internal const int RspOffset = 0x58;
    internal const int RaxOffset = 0x60;
    internal const int RcxOffset = 0x68;
    internal const int RdxOffset = 0x70;
    internal const int RbxOffset = 0x78;
    internal const int RbpOffset = 0x80;
    internal const int RsiOffset = 0x88;
    internal const int RdiOffset = 0x90;
    internal const int R8Offset = 0x98;
    internal const int R12Offset = 0xA0;
    internal const int R13Offset = 0xA8;
    internal const int R14Offset = 0xB0;
    internal const int R15Offset = 0xB8;
    internal const int BorrowOffset = 0xC0;
    internal const int ScratchOffset = 0xC8;
    internal const int NegativeBaseOffset = 0xD0;
    internal const int HostRspOffset = 0xD8;
    internal const int EntryTargetOffset = 0xE0;
    internal const int HostWindowOffset = 0xE8;
    internal const int HostTemporaryOffset = 0xF0;
    internal const int FaultRipOffset = 0xF8;
    internal const int FaultAddressOffset = 0x100;
    internal const int FaultSignalOffset = 0x108;
    internal const int FaultCodeOffset = 0x10C;
    internal const int FaultTrapOffset = 0x110;
    internal const int FaultErrorOffset = 0x114;
    internal const int MxcsrOffset = 0x118;
    internal const int MxcsrHostOffset = 0x11C;
    internal const int CpuNumberOffset = 0x120;
    internal const int UsesFpuOffset = 0x124;
    internal const int SteppingOffset = 0x12C;
    internal const int Borrow3Offset = 0x130;
    internal const int AlternateSlotsOffset = 0x138;
    internal const int Borrow4Offset = 0x150;
    internal const int CallExitOffset = 0x158;
    internal const int PlainCallsOffset = 0x160;
    internal const int ProcessorOffset = 0x168;
    internal const int KickOffset = 0x170;
    internal const int KeepsVectorsOffset = 0x178;
    internal const int VectorOffset = 0x180;
    internal const int OpmaskOffset = VectorOffset + (32 * 64);
    internal const int FpuOffset = OpmaskOffset + 64;
    internal const int SegmentsOffset = FpuOffset + 512;

    /// <summary>Flat table from guest addresses to translated code.</summary>
    [FieldOffset(TableBaseOffset)] internal nint TableBase;

    /// <summary>Host address of guest address 0.</summary>
    [FieldOffset(WindowBaseOffset)] internal nint WindowBase;

    /// <summary>Size of the window minus one.</summary>
    [FieldOffset(MaskOffset)] internal ulong Mask;

    /// <summary>Which exit of which block was taken.</summary>
    [FieldOffset(LinkOffset)] internal int Link;

    /// <summary>An <see cref="ExitReason"/>.</summary>
    [FieldOffset(ExitReasonOffset)] internal int ExitReason;

    [FieldOffset(RegistersOffset)] internal GuestRegisters Registers;

    /// <summary>Holds the guest value of a register that a sequence has borrowed.</summary>
    [FieldOffset(BorrowOffset)] internal ulong Borrow;

    /// <summary>Non-zero while an instruction is finished step by step: a pre-emption must wait.</summary>
    [FieldOffset(SteppingOffset)] internal int IsStepping;
    [FieldOffset(ScratchOffset)] internal ulong Scratch;
    [FieldOffset(Borrow3Offset)] internal ulong Borrow3;
    [FieldOffset(Borrow4Offset)] internal ulong Borrow4;
    /// <summary>Registers that a loop has swapped out of their host registers.</summary>
    [FieldOffset(AlternateSlotsOffset)] internal fixed ulong AlternateSlots[3];
    [FieldOffset(NegativeBaseOffset)] internal nint NegativeBase;
    [FieldOffset(HostRspOffset)] internal nint HostRsp;
    [FieldOffset(EntryTargetOffset)] internal nint EntryTarget;
    [FieldOffset(HostWindowOffset)] internal nint HostWindow;
    [FieldOffset(HostTemporaryOffset)] internal nint HostTemporary;

    /// <summary>Where in the code area a signal found the thread.</summary>
    [FieldOffset(FaultRipOffset)] internal nint FaultRip;
    [FieldOffset(FaultAddressOffset)] internal nint FaultAddress;
    [FieldOffset(FaultSignalOffset)] internal int FaultSignal;
    [FieldOffset(FaultCodeOffset)] internal int FaultCode;
    [FieldOffset(FaultTrapOffset)] internal int FaultTrap;
    [FieldOffset(FaultErrorOffset)] internal uint FaultError;
    [FieldOffset(MxcsrOffset)] internal uint Mxcsr;
    [FieldOffset(MxcsrHostOffset)] internal uint MxcsrHost;

    /// <summary>The worker's number, for rdtscp and rdpid.</summary>
    [FieldOffset(CpuNumberOffset)] internal uint CpuNumber;

    /// <summary>Non-zero when x87 and MMX state must be loaded and stored.</summary>
    [FieldOffset(UsesFpuOffset)] internal int UsesFpu;

    /// <summary>Where a <c>syscall</c> leads: a stub that answers the call, or one that leaves guest code.</summary>
    [FieldOffset(CallExitOffset)] internal nint CallExit;

    /// <summary>A byte for every number of a call: non-zero when its answer leaves vectors alone.</summary>
    [FieldOffset(PlainCallsOffset)] internal byte* PlainCalls;

    /// <summary>A handle of the <see cref="Processor"/> that runs this state.</summary>
    [FieldOffset(ProcessorOffset)] internal nint Processor;

    /// <summary>Where that processor is told to leave guest code.</summary>
    [FieldOffset(KickOffset)] internal int* Kick;

    /// <summary>Non-zero while a call is answered and only the lower halves of the vectors have been stored.</summary>
    [FieldOffset(KeepsVectorsOffset)] internal int KeepsVectors;

    /// <summary>ZMM0-ZMM31, 64 bytes each.</summary>
    [FieldOffset(VectorOffset)] internal fixed byte Vectors[32 * 64];

    /// <summary>k0-k7.</summary>
    [FieldOffset(OpmaskOffset)] internal fixed ulong Opmasks[8];

    /// <summary>FXSAVE64 image; only its x87 part is used.</summary>
    [FieldOffset(FpuOffset)] internal fixed byte Fpu[512];

    /// <summary>What the segment registers of i386 code hold.</summary>
    [FieldOffset(SegmentsOffset)] internal GuestSegments Segments;

    /// <summary>Offset of a segment register's selector, by its number in encodings.</summary>
    internal static int SelectorOffset(int number) => SegmentsOffset + (number * 4);
}
