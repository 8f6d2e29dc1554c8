using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Iced.Intel;
using Zonix.Host.Memory;
using Zonix.Host.Signals;
using static Iced.Intel.AssemblerRegisters;

namespace Zonix.Machine;

/// <summary>
/// The machine code of this process that no guest owns: entry to and exit from translated code, copies to and from guest
/// memory whose faults are repaired, and the host's signal handler. Emitted once, at the start of the code area.
/// </summary>
internal sealed unsafe partial class ProcessStubs
{
    internal const int CopySlot = 256;
    internal const int CopyFaultExit = 0xC0;
    private const int CopyStart = 0x8000;
    private const int CopySlots = 16;

    private static readonly Lazy<ProcessStubs> s_shared = new(() => new ProcessStubs());

    private readonly CodeArea _area = CodeArea.Shared;
    private readonly VectorWidth _width;

    private ProcessStubs()
    {
        _width = DetectWidth();
        EmitTransitions();
        EmitCopies();
        EmitFsGsBase();
        EmitReadCounter();
        EmitSaveFpu();
        InstallHandler();
    }

    private enum VectorWidth
    {
        Xmm = 16,
        Ymm = 32,
        Zmm = 64,
    }

    /// <summary>The stubs of this process.</summary>
    internal static ProcessStubs Shared => s_shared.Value;

    /// <summary>Bytes of one vector register that the host has.</summary>
    internal int VectorBytes => (int)_width;

    /// <summary>Runs guest code; returns an <see cref="ExitReason"/>.</summary>
    internal delegate* unmanaged<CpuState*, int*, int> Enter { get; private set; }

    /// <summary>Loads the GS base of the calling thread.</summary>
    internal delegate* unmanaged[SuppressGCTransition]<nint, void> WriteGsBase { get; private set; }

    /// <summary>Stores x87 and MMX state.</summary>
    internal delegate* unmanaged[SuppressGCTransition]<CpuState*, void> SaveFpu { get; private set; }

    /// <summary>Reads the time-stamp counter.</summary>
    internal delegate* unmanaged[SuppressGCTransition]<ulong> ReadCounter { get; private set; }

    /// <summary>Where the flat table's entry 0 leads: the first byte of the code area.</summary>
    internal nint ExitMiss { get; private set; }

    internal nint ExitLink { get; private set; }

    /// <summary>Where <c>syscall</c> leads: on to <see cref="CpuState.CallExit"/>.</summary>
    internal nint ExitSyscall { get; private set; }

    /// <summary>Leaves guest code at a call.</summary>
    internal nint ExitUnanswered { get; private set; }

    /// <summary>Answers a call by <see cref="Processor.Answer"/>.</summary>
    internal nint ExitAnswer { get; private set; }

    internal nint ExitInterrupt80 { get; private set; }

    internal nint ExitSysenter { get; private set; }

    internal nint ExitCpuid { get; private set; }

    internal nint ExitException { get; private set; }

    internal nint ExitEmulate { get; private set; }

    private nint ExitFault { get; set; }

    private nint EntryStart { get; set; }

    private nint EntrySwitched { get; set; }

    private nint EntryEnd { get; set; }

    private nint EntryPreempted { get; set; }

    /// <summary>
    /// The widest vectors that guests can use here. It is asked of the processor: compiled ahead of time, Avx.IsSupported
    /// tells what the program was compiled for. CPUID leaf 0xD gives the size of the state that the host has enabled.
    /// </summary>
    private static VectorWidth DetectWidth()
    {
        const int Avx = 1 << 28, OsXsave = 1 << 27, Avx512FAndBw = 1 << 16 | 1 << 30;
        if ((X86Base.CpuId(1, 0).Ecx & (Avx | OsXsave)) != (Avx | OsXsave))
            return VectorWidth.Xmm;
        int enabled = X86Base.CpuId(0xD, 0).Ebx;
        (int size, int offset, _, _) = X86Base.CpuId(0xD, 7);
        if ((X86Base.CpuId(7, 0).Ebx & Avx512FAndBw) == Avx512FAndBw && size > 0 && enabled >= offset + size)
            return VectorWidth.Zmm;
        return enabled >= 512 + 64 + 256 ? VectorWidth.Ymm : VectorWidth.Xmm;
    }

    private AssemblerResult Place(Assembler assembler, nint address, nuint room)
    {
        var writer = new PointerCodeWriter((byte*)(address + _area.WriteOffset));
        AssemblerResult result = assembler.Assemble(writer, (ulong)address, BlockEncoderOptions.ReturnNewInstructionOffsets);
        if ((nuint)writer.Length > room)
            throw new InvalidOperationException($"stub of {writer.Length} bytes does not fit its place of {room}");
        return result;
    }

    private void EmitFsGsBase()
    {
        nint address = _area.Base + CopyStart - 64;
        var c = new Assembler(64);
        c.wrgsbase(rdi);
        c.ret();
        Place(c, address, 64);
        WriteGsBase = (delegate* unmanaged[SuppressGCTransition]<nint, void>)address;
    }

    private void EmitReadCounter()
    {
        nint address = _area.Base + CopyStart - 128;
        var c = new Assembler(64);
        c.lfence(); // not before what precedes the call
        c.rdtsc();
        c.shl(rdx, 32);
        c.or(rax, rdx);
        c.ret();
        Place(c, address, 64);
        ReadCounter = (delegate* unmanaged[SuppressGCTransition]<ulong>)address;
    }

    private void EmitSaveFpu()
    {
        nint address = _area.Base + CopyStart - 192;
        var c = new Assembler(64);
        c.fxsave64(__[rdi + CpuState.FpuOffset]);
        c.ret();
        Place(c, address, 64);
        SaveFpu = (delegate* unmanaged[SuppressGCTransition]<CpuState*, void>)address;
    }

    private void InstallHandler()
    {
        nint* previous = (nint*)NativeMemory.AllocZeroed(65, (nuint)sizeof(nint));
        nint handler = EmitHandler(previous);
        foreach (int signal in HostSignals.FaultSignals)
            previous[signal] = HostSignals.Install(signal, handler);
        previous[HostSignals.Preempt] = HostSignals.Install(HostSignals.Preempt, handler);
        HostSignals.MoveHandlersToAlternateStack();
    }
}
