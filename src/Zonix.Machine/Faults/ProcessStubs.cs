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

    /// <summary>Reads the time-stamp counter.</summary>
    internal delegate* unmanaged[SuppressGCTransition]<ulong> ReadCounter { get; private set; }

    /// <summary>Where the flat table's entry 0 leads: the first byte of the code area.</summary>
    internal nint ExitMiss { get; private set; }

    internal nint ExitLink { get; private set; }

    internal nint ExitSyscall { get; private set; }

    internal nint ExitInterrupt80 { get; private set; }

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

    private void EmitTransitions()
    {
        var c = new Assembler(64);
        Label miss = c.CreateLabel(), link = c.CreateLabel(), call = c.CreateLabel(), call80 = c.CreateLabel(), cpuid = c.CreateLabel();
        Label exception = c.CreateLabel(), emulate = c.CreateLabel(), fault = c.CreateLabel(), preempted = c.CreateLabel(), common = c.CreateLabel();
        Label entry = c.CreateLabel(), switched = c.CreateLabel(), entryEnd = c.CreateLabel();

        // Must stay first: entry 0 of every flat table leads to the first byte of the area. r15 holds the guest address.
        c.Label(ref miss);
        c.mov(__[rsp + CpuState.RipOffset], r15);
        EmitReason(c, ExitReason.Miss, common);
        c.Label(ref link);
        EmitReason(c, ExitReason.Link, common);
        c.Label(ref call);
        EmitReason(c, ExitReason.Syscall, common);
        c.Label(ref call80);
        EmitReason(c, ExitReason.Interrupt80, common);
        c.Label(ref cpuid);
        EmitReason(c, ExitReason.Cpuid, common);
        c.Label(ref exception);
        EmitReason(c, ExitReason.Exception, common);
        c.Label(ref emulate);
        EmitReason(c, ExitReason.Emulate, common);
        c.Label(ref preempted);
        EmitReason(c, ExitReason.Preempted, common);
        c.Label(ref fault);
        c.mov(__dword_ptr[rsp + CpuState.ExitReasonOffset], (int)ExitReason.Fault);
        c.Label(ref common);
        EmitExit(c);
        EmitEntry(c, ref entry, ref switched, ref entryEnd);

        AssemblerResult result = Place(c, _area.Base, CopyStart);
        ExitMiss = (nint)result.GetLabelRIP(miss);
        ExitLink = (nint)result.GetLabelRIP(link);
        ExitSyscall = (nint)result.GetLabelRIP(call);
        ExitInterrupt80 = (nint)result.GetLabelRIP(call80);
        ExitCpuid = (nint)result.GetLabelRIP(cpuid);
        ExitException = (nint)result.GetLabelRIP(exception);
        ExitEmulate = (nint)result.GetLabelRIP(emulate);
        ExitFault = (nint)result.GetLabelRIP(fault);
        EntryPreempted = (nint)result.GetLabelRIP(preempted);
        EntryStart = (nint)result.GetLabelRIP(entry);
        EntrySwitched = (nint)result.GetLabelRIP(switched);
        EntryEnd = (nint)result.GetLabelRIP(entryEnd);
        Enter = (delegate* unmanaged<CpuState*, int*, int>)EntryStart;
    }

    private static void EmitReason(Assembler c, ExitReason reason, Label common)
    {
        c.mov(__dword_ptr[rsp + CpuState.ExitReasonOffset], (int)reason);
        c.jmp(common);
    }

    private static ReadOnlySpan<int> KeptOffsets =>
    [
        CpuState.RaxOffset, CpuState.RcxOffset, CpuState.RdxOffset, CpuState.RbxOffset, CpuState.RbpOffset, CpuState.RsiOffset,
        CpuState.RdiOffset, CpuState.R8Offset, CpuState.R8Offset + 8, CpuState.R8Offset + 16, CpuState.R8Offset + 24, CpuState.R8Offset + 32,
        CpuState.RspOffset, CpuState.HostR13Offset, CpuState.HostR15Offset,
    ];

    private static AssemblerRegister64[] KeptRegisters =>
        [rax, rcx, rdx, rbx, rbp, rsi, rdi, r8, r9, r10, r11, r12, r14, r13, r15];

    private void EmitExit(Assembler c)
    {
        const int DirectionAndAlignment = 0x40400;
        Label clean = c.CreateLabel(), mxcsrIsDefault = c.CreateLabel(), noFpu = c.CreateLabel();
        AssemblerRegister64[] registers = KeptRegisters;
        // First, because it takes long: it overlaps with the stores of all the registers.
        c.stmxcsr(__[rsp + CpuState.MxcsrOffset]);
        for (int i = 0; i < registers.Length; i++)
            c.mov(__[rsp + KeptOffsets[i]], registers[i]);
        c.pushfq();
        c.pop(__qword_ptr[rsp + CpuState.RflagsOffset]);
        c.test(__dword_ptr[rsp + CpuState.RflagsOffset], DirectionAndAlignment);
        c.je(clean);
        c.push(2);
        c.popfq();
        c.Label(ref clean);
        EmitVectors(c, load: false);
        // Status bits may stay; C# must not run with the guest's rounding or unmasked exceptions.
        c.mov(eax, __[rsp + CpuState.MxcsrOffset]);
        c.xor(eax, 0x1F80);
        c.test(eax, 0xFFC0);
        c.je(mxcsrIsDefault);
        c.ldmxcsr(__[rsp + CpuState.MxcsrHostOffset]);
        c.Label(ref mxcsrIsDefault);
        c.cmp(__dword_ptr[rsp + CpuState.UsesFpuOffset], 0);
        c.je(noFpu);
        c.fxsave64(__[rsp + CpuState.FpuOffset]);
        c.Label(ref noFpu);
        if (_width != VectorWidth.Xmm)
            c.vzeroupper();
        c.mov(eax, __[rsp + CpuState.ExitReasonOffset]);
        c.mov(rsp, __[rsp + CpuState.HostRspOffset]);
        c.pop(r15);
        c.pop(r14);
        c.pop(r13);
        c.pop(r12);
        c.pop(rbp);
        c.pop(rbx);
        c.ret();
    }

    private void EmitEntry(Assembler c, ref Label entry, ref Label switched, ref Label end)
    {
        Label refused = c.CreateLabel(), noFpu = c.CreateLabel(), sameMxcsr = c.CreateLabel();
        c.Label(ref entry);
        c.cmp(__dword_ptr[rsi], 0);
        c.jne(refused);
        c.push(rbx);
        c.push(rbp);
        c.push(r12);
        c.push(r13);
        c.push(r14);
        c.push(r15);
        c.mov(__[rdi + CpuState.HostRspOffset], rsp);
        c.mov(rsp, rdi);
        c.Label(ref switched);
        c.cmp(__dword_ptr[rsp + CpuState.UsesFpuOffset], 0);
        c.je(noFpu);
        c.fxrstor64(__[rsp + CpuState.FpuOffset]);
        c.Label(ref noFpu);
        c.stmxcsr(__[rsp + CpuState.MxcsrScratchOffset]);
        EmitVectors(c, load: true);
        c.mov(eax, __[rsp + CpuState.MxcsrScratchOffset]);
        c.cmp(eax, __[rsp + CpuState.MxcsrOffset]);
        c.je(sameMxcsr);
        c.ldmxcsr(__[rsp + CpuState.MxcsrOffset]);
        c.Label(ref sameMxcsr);
        EmitLoadFlags(c);
        AssemblerRegister64[] registers = KeptRegisters;
        for (int i = 0; i < registers.Length; i++)
            c.mov(registers[i], __[rsp + KeptOffsets[i]]);
        c.jmp(__qword_ptr[rsp + CpuState.EntryTargetOffset]);
        c.Label(ref end);
        c.nop();
        c.Label(ref refused);
        c.mov(eax, (int)ExitReason.Preempted);
        c.ret();
    }

    /// <summary>popfq takes a dozen cycles more than setting the arithmetic flags alone, which is nearly always enough.</summary>
    private static void EmitLoadFlags(Assembler c)
    {
        // Trap, direction, alignment check, identification.
        const int Others = 0x240500;
        const int OverflowBit = 11;
        Label all = c.CreateLabel(), done = c.CreateLabel();
        c.mov(eax, __[rsp + CpuState.RflagsOffset]);
        c.test(eax, Others);
        c.jne(all);
        c.mov(ecx, eax);
        c.shr(ecx, OverflowBit);
        c.and(ecx, 1);
        // 127 + 1 overflows a byte; sahf leaves that flag alone.
        c.mov(ah, al);
        c.add(cl, 127);
        c.sahf();
        c.jmp(done);
        c.Label(ref all);
        c.push(__qword_ptr[rsp + CpuState.RflagsOffset]);
        c.popfq();
        c.Label(ref done);
    }

    private void EmitVectors(Assembler c, bool load)
    {
        for (int i = 0; i < (_width == VectorWidth.Zmm ? 32 : 16); i++)
        {
            AssemblerMemoryOperand memory = __[rsp + (CpuState.VectorOffset + (i * 64))];
            Instruction instruction = _width switch
            {
                VectorWidth.Zmm when load => Instruction.Create(Code.EVEX_Vmovdqa64_zmm_k1z_zmmm512, Register.ZMM0 + i, memory.ToMemoryOperand(64)),
                VectorWidth.Zmm => Instruction.Create(Code.EVEX_Vmovdqa64_zmmm512_k1z_zmm, memory.ToMemoryOperand(64), Register.ZMM0 + i),
                VectorWidth.Ymm when load => Instruction.Create(Code.VEX_Vmovdqa_ymm_ymmm256, Register.YMM0 + i, memory.ToMemoryOperand(64)),
                VectorWidth.Ymm => Instruction.Create(Code.VEX_Vmovdqa_ymmm256_ymm, memory.ToMemoryOperand(64), Register.YMM0 + i),
                _ when load => Instruction.Create(Code.Movdqa_xmm_xmmm128, Register.XMM0 + i, memory.ToMemoryOperand(64)),
                _ => Instruction.Create(Code.Movdqa_xmmm128_xmm, memory.ToMemoryOperand(64), Register.XMM0 + i),
            };
            c.AddInstruction(instruction);
        }

        if (_width != VectorWidth.Zmm)
            return;
        for (int i = 0; i < 8; i++)
        {
            MemoryOperand memory = __[rsp + (CpuState.OpmaskOffset + (i * 8))].ToMemoryOperand(64);
            c.AddInstruction(load
                ? Instruction.Create(Code.VEX_Kmovq_kr_km64, Register.K0 + i, memory)
                : Instruction.Create(Code.VEX_Kmovq_m64_kr, memory, Register.K0 + i));
        }
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
