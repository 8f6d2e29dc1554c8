using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Zonix.Machine;

/// <summary>Entry to and exits from translated code.</summary>
internal sealed unsafe partial class ProcessStubs
{
    private const int DirectionAndAlignment = 0x40400;
    private const int DefaultMxcsr = 0x1F80;
    private const int MxcsrControl = 0xFFC0;

    private static ReadOnlySpan<int> KeptOffsets =>
    [
        CpuState.RaxOffset, CpuState.RcxOffset, CpuState.RdxOffset, CpuState.RbxOffset, CpuState.RbpOffset, CpuState.RsiOffset,
        CpuState.RdiOffset, CpuState.R8Offset, CpuState.R12Offset, CpuState.R13Offset, CpuState.R14Offset, CpuState.R15Offset,
        CpuState.RspOffset, CpuState.HostWindowOffset, CpuState.HostTemporaryOffset,
    ];

    private static AssemblerRegister64[] KeptRegisters =>
        [rax, rcx, rdx, rbx, rbp, rsi, rdi, r8, r12, r13, r14, r15, r9, r10, r11];

    private void EmitTransitions()
    {
        var c = new Assembler(64);
        Label miss = c.CreateLabel(), link = c.CreateLabel(), call = c.CreateLabel(), unanswered = c.CreateLabel(), answer = c.CreateLabel();
        Label call80 = c.CreateLabel(), sysenter = c.CreateLabel(), cpuid = c.CreateLabel(), exception = c.CreateLabel(), emulate = c.CreateLabel(), fault = c.CreateLabel();
        Label preempted = c.CreateLabel(), common = c.CreateLabel(), leave = c.CreateLabel(), refused = c.CreateLabel();
        Label entry = c.CreateLabel(), again = c.CreateLabel(), switched = c.CreateLabel(), entryEnd = c.CreateLabel();

        // Must stay first: entry 0 of every flat table leads to the first byte of the area. r11 holds the guest address.
        c.Label(ref miss);
        c.mov(__[rsp + CpuState.RipOffset], r11);
        EmitReason(c, ExitReason.Miss, common);
        c.Label(ref link);
        EmitReason(c, ExitReason.Link, common);
        c.Label(ref call);
        c.jmp(__qword_ptr[rsp + CpuState.CallExitOffset]);
        c.Label(ref unanswered);
        EmitReason(c, ExitReason.Syscall, common);
        c.Label(ref call80);
        EmitReason(c, ExitReason.Interrupt80, common);
        c.Label(ref sysenter);
        EmitReason(c, ExitReason.Sysenter, common);
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
        EmitExit(c, ref leave);
        c.Label(ref answer);
        EmitAnswer(c, again, refused, leave);
        EmitEntry(c, ref entry, ref again, ref switched, ref entryEnd, refused);

        AssemblerResult result = Place(c, _area.Base, CopyStart - 192);
        ExitMiss = (nint)result.GetLabelRIP(miss);
        ExitLink = (nint)result.GetLabelRIP(link);
        ExitSyscall = (nint)result.GetLabelRIP(call);
        ExitUnanswered = (nint)result.GetLabelRIP(unanswered);
        ExitAnswer = (nint)result.GetLabelRIP(answer);
        ExitInterrupt80 = (nint)result.GetLabelRIP(call80);
        ExitSysenter = (nint)result.GetLabelRIP(sysenter);
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

    private void EmitExit(Assembler c, ref Label leave)
    {
        Label clean = c.CreateLabel();
        AssemblerRegister64[] registers = KeptRegisters;
        // First, because it takes long: it overlaps with the stores of all the registers.
        c.stmxcsr(__[rsp + CpuState.MxcsrOffset]);
        for (int i = 0; i < registers.Length; i++)
            c.mov(__[rsp + KeptOffsets[i]], registers[i]);
        c.pushfq();
        c.pop(rax);
        c.mov(__[rsp + CpuState.RflagsOffset], rax);
        c.test(eax, DirectionAndAlignment);
        c.je(clean);
        c.push(2);
        c.popfq();
        c.Label(ref clean);
        EmitSaveExtended(c, rsp);
        c.mov(eax, __[rsp + CpuState.ExitReasonOffset]);
        c.mov(rsp, __[rsp + CpuState.HostRspOffset]);
        c.Label(ref leave);
        c.pop(r15);
        c.pop(r14);
        c.pop(r13);
        c.pop(r12);
        c.pop(rbp);
        c.pop(rbx);
        c.ret();
    }

    /// <summary>Stores vectors and x87 state, and gives C# an MXCSR of its own; the guest's is stored already.</summary>
    private void EmitSaveExtended(Assembler c, AssemblerRegister64 state)
    {
        Label mxcsrIsDefault = c.CreateLabel(), noFpu = c.CreateLabel();
        EmitVectors(c, state, load: false);
        // Status bits may stay; C# must not run with the guest's rounding or unmasked exceptions.
        c.mov(eax, __[state + CpuState.MxcsrOffset]);
        c.xor(eax, DefaultMxcsr);
        c.test(eax, MxcsrControl);
        c.je(mxcsrIsDefault);
        c.ldmxcsr(__[state + CpuState.MxcsrHostOffset]);
        c.Label(ref mxcsrIsDefault);
        c.cmp(__dword_ptr[state + CpuState.UsesFpuOffset], 0);
        c.je(noFpu);
        c.fxsave64(__[state + CpuState.FpuOffset]);
        c.Label(ref noFpu);
        if (_width != VectorWidth.Xmm)
            c.vzeroupper();
    }

    private void EmitEntry(Assembler c, ref Label entry, ref Label again, ref Label switched, ref Label end, Label refused)
    {
        Label noFpu = c.CreateLabel(), kept = c.CreateLabel(), loaded = c.CreateLabel();
        c.Label(ref entry);
        c.push(rbx);
        c.push(rbp);
        c.push(r12);
        c.push(r13);
        c.push(r14);
        c.push(r15);
        c.mov(__[rdi + CpuState.HostRspOffset], rsp);
        c.mov(__[rdi + CpuState.KickOffset], rsi);
        // From here on also the way back from a call; rdi holds the state.
        c.Label(ref again);
        c.cmp(__dword_ptr[rsi], 0);
        c.jne(refused);
        c.mov(rsp, rdi);
        c.Label(ref switched);
        c.cmp(__dword_ptr[rsp + CpuState.KeepsVectorsOffset], 0);
        c.jne(kept);
        c.cmp(__dword_ptr[rsp + CpuState.UsesFpuOffset], 0);
        c.je(noFpu);
        c.fxrstor64(__[rsp + CpuState.FpuOffset]);
        c.Label(ref noFpu);
        c.ldmxcsr(__[rsp + CpuState.MxcsrOffset]);
        EmitVectors(c, rsp, load: true);
        c.Label(ref loaded);
        EmitLoadFlags(c);
        AssemblerRegister64[] registers = KeptRegisters;
        for (int i = 0; i < registers.Length; i++)
            c.mov(registers[i], __[rsp + KeptOffsets[i]]);
        c.jmp(__qword_ptr[rsp + CpuState.EntryTargetOffset]);
        c.Label(ref kept);
        c.mov(__dword_ptr[rsp + CpuState.KeepsVectorsOffset], 0);
        EmitLowVectors(c, rsp, load: true);
        c.jmp(loaded);
        c.Label(ref end);
        c.nop();
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

    /// <summary>The lower halves of XMM0-XMM15 by instructions that leave the rest of the registers alone.</summary>
    private static void EmitLowVectors(Assembler c, AssemblerRegister64 state, bool load)
    {
        for (int i = 0; i < 16; i++)
        {
            MemoryOperand memory = __[state + (CpuState.VectorOffset + (i * 64))].ToMemoryOperand(64);
            c.AddInstruction(load
                ? Instruction.Create(Code.Movaps_xmm_xmmm128, Register.XMM0 + i, memory)
                : Instruction.Create(Code.Movaps_xmmm128_xmm, memory, Register.XMM0 + i));
        }
    }

    private void EmitVectors(Assembler c, AssemblerRegister64 state, bool load)
    {
        for (int i = 0; i < (_width == VectorWidth.Zmm ? 32 : 16); i++)
        {
            AssemblerMemoryOperand memory = __[state + (CpuState.VectorOffset + (i * 64))];
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
            MemoryOperand memory = __[state + (CpuState.OpmaskOffset + (i * 8))].ToMemoryOperand(64);
            c.AddInstruction(load
                ? Instruction.Create(Code.VEX_Kmovq_kr_km64, Register.K0 + i, memory)
                : Instruction.Create(Code.VEX_Kmovq_m64_kr, memory, Register.K0 + i));
        }
    }
}
