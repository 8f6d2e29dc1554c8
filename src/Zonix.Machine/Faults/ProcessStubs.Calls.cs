using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Zonix.Machine;

/// <summary>
/// Calls that are answered without leaving: this code calls C# and goes back to the guest itself, so that host calls and
/// returns stay paired and the host's return predictor serves the guest's returns and C#'s alike.
/// </summary>
internal sealed unsafe partial class ProcessStubs
{
    private const int UserFlags = 0x240CD5;
    private const int FixedFlags = 0x202;

    /// <summary>
    /// A call. Entered with the guest's registers, the state in rsp. Plain calls (<see cref="IGuestCalls.PlainCalls"/>) leave
    /// all of the vectors but the lower halves in the registers, and MXCSR and x87 state as well.
    /// </summary>
    private void EmitAnswer(Assembler c, ref Label call, ref Label call80, Label again, Label refused, Label leave)
    {
        Label clean = c.CreateLabel(), full = c.CreateLabel(), answer = c.CreateLabel(), kept = c.CreateLabel();
        c.Label(ref call80);
        EmitKeep(c, isI386: true);
        c.jmp(kept);
        c.Label(ref call);
        EmitKeep(c, isI386: false);
        c.Label(ref kept);
        c.test(eax, DirectionAndAlignment);
        c.je(clean);
        c.push(2);
        c.popfq();
        c.Label(ref clean);
        c.cmp(ecx, CallSet.Size);
        c.jae(full);
        c.mov(rdx, __[rsp + CpuState.PlainCallsOffset]);
        c.cmp(__byte_ptr[rdx + rcx], 0);
        c.je(full);
        c.mov(__dword_ptr[rsp + CpuState.KeepsVectorsOffset], 1);
        EmitLowVectors(c, rsp, load: false);
        c.jmp(answer);

        c.Label(ref full);
        c.stmxcsr(__[rsp + CpuState.MxcsrOffset]);
        EmitSaveExtended(c, rsp);
        c.Label(ref answer);
        EmitCallHandler(c, again, refused, leave);
    }

    /// <summary>Stores registers and flags; leaves the call's number in ecx and the flags in eax.</summary>
    private static void EmitKeep(Assembler c, bool isI386)
    {
        AssemblerRegister64[] registers = KeptRegisters;
        for (int i = 0; i < registers.Length; i++)
        {
            // syscall writes rcx; r10 and r11 are the machine's own.
            if ((isI386 || registers[i] != rcx) && registers[i] != r10 && registers[i] != r11)
                c.mov(__[rsp + KeptOffsets[i]], registers[i]);
        }

        c.mov(ecx, eax);
        c.pushfq();
        c.pop(rax);
        c.and(eax, UserFlags);
        c.or(eax, FixedFlags);
        c.mov(__[rsp + CpuState.RflagsOffset], rax);
        if (isI386)
            return;
        c.mov(rdx, __[rsp + CpuState.RipOffset]);
        c.mov(__[rsp + CpuState.R11Offset], rax);
        c.mov(__[rsp + CpuState.RcxOffset], rdx);
    }

    private void EmitCallHandler(Assembler c, Label again, Label refused, Label leave)
    {
        Label stay = c.CreateLabel(), unknown = c.CreateLabel(), stop = c.CreateLabel(), isStored = c.CreateLabel(), stopped = c.CreateLabel();
        c.mov(rbx, rsp);
        c.mov(rdi, rsp);
        c.mov(rsp, __[rsp + CpuState.HostRspOffset]);
        c.sub(rsp, 8);
        c.mov(rax, (ulong)(nint)(delegate* unmanaged<CpuState*, int>)&Processor.Answer);
        c.call(rax);
        c.add(rsp, 8);
        c.test(eax, eax);
        c.jne(stay);
        c.mov(eax, (int)ExitReason.Answered);
        c.jmp(stop);

        // The processor counts as being in guest code again: what the table holds will not be taken away.
        c.Label(ref stay);
        c.mov(eax, __[rbx + CpuState.RipOffset]);
        c.mov(rcx, __[rbx + CpuState.TableBaseOffset]);
        c.mov(eax, __[rcx + (rax * 4)]);
        c.mov(rdi, rbx);
        c.mov(rsi, __[rbx + CpuState.KickOffset]);
        c.test(eax, eax);
        c.je(unknown);
        c.add(rax, (int)_area.Base);
        c.mov(__[rbx + CpuState.EntryTargetOffset], rax);
        c.jmp(again);
        c.Label(ref unknown);
        c.mov(eax, (int)ExitReason.None);
        c.jmp(stop);

        // Entry is refused, to a call or to whoever enters.
        c.Label(ref refused);
        c.mov(rbx, rdi);
        c.mov(eax, (int)ExitReason.Preempted);
        c.Label(ref stop);
        c.cmp(__dword_ptr[rbx + CpuState.KeepsVectorsOffset], 0);
        c.je(isStored);
        c.mov(__dword_ptr[rbx + CpuState.KeepsVectorsOffset], 0);
        c.mov(ebp, eax);
        EmitLowVectors(c, rbx, load: true);
        c.stmxcsr(__[rbx + CpuState.MxcsrOffset]);
        EmitSaveExtended(c, rbx);
        c.mov(eax, ebp);
        c.Label(ref isStored);
        c.jmp(leave);
    }
}
