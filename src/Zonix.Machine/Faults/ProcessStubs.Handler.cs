using Iced.Intel;
using Zonix.Host.Memory;
using Zonix.Host.Signals;
using static Iced.Intel.AssemblerRegisters;

namespace Zonix.Machine;

internal sealed unsafe partial class ProcessStubs
{
    private const int HandlerStart = CopyStart + (CopySlots * CopySlot);

    // Offsets in ucontext_t of Linux x86-64 (arch/x86/include/uapi/asm/sigcontext.h), and in siginfo_t.
    private const int ContextRdi = 104;
    private const int ContextRsp = 160;
    private const int ContextRip = 168;
    private const int ContextFlags = 176;
    private const int ContextError = 192;
    private const int ContextTrap = 200;
    private const int ContextCr2 = 216;
    private const int InfoCode = 8;

    /// <summary>
    /// The handler of every fault signal and of the pre-emption signal: edi the signal, rsi siginfo, rdx ucontext. In
    /// translated code it notes what happened and continues at the fault exit with all registers as they were; in a copy
    /// stub it continues at the stub's fault exit; anything else belongs to the handler that was there before.
    /// </summary>
    private nint EmitHandler(nint* previous)
    {
        var c = new Assembler(64);
        Label inStubs = c.CreateLabel(), elsewhere = c.CreateLabel(), done = c.CreateLabel(), redirect = c.CreateLabel(), unbalanced = c.CreateLabel();
        c.mov(rax, __[rdx + ContextRip]);
        c.mov(rcx, rax);
        c.sub(rcx, (int)_area.Base);
        c.cmp(rcx, (int)CodeArea.StubSize);
        c.jb(inStubs);
        c.cmp(rcx, (int)_area.Size);
        c.jae(elsewhere);

        // Between a push and its pop the stack pointer is not the CPU state (which is aligned): step until it is again.
        c.mov(r8, __[rdx + ContextRsp]);
        c.test(r8d, CpuState.Alignment - 1);
        c.jne(unbalanced);

        // A single step ends on the instruction it started from first: the jump that entered it is stepped, too.
        c.cmp(edi, 5);
        c.jne(redirect);
        c.cmp(rax, __[r8 + CpuState.EntryTargetOffset]);
        c.je(done);
        c.Label(ref redirect);
        c.mov(__[r8 + CpuState.FaultRipOffset], rax);
        c.mov(__[r8 + CpuState.FaultSignalOffset], edi);
        c.mov(ecx, __[rsi + InfoCode]);
        c.mov(__[r8 + CpuState.FaultCodeOffset], ecx);
        c.mov(rcx, __[rdx + ContextCr2]);
        c.mov(__[r8 + CpuState.FaultAddressOffset], rcx);
        c.mov(ecx, __[rdx + ContextTrap]);
        c.mov(__[r8 + CpuState.FaultTrapOffset], ecx);
        c.mov(ecx, __[rdx + ContextError]);
        c.mov(__[r8 + CpuState.FaultErrorOffset], ecx);
        c.and(__dword_ptr[rdx + ContextFlags], ~0x100);
        c.mov(__qword_ptr[rdx + ContextRip], (int)ExitFault);
        c.Label(ref done);
        c.ret();

        c.Label(ref unbalanced);
        c.or(__dword_ptr[rdx + ContextFlags], 0x100);
        c.ret();
        c.Label(ref inStubs);
        EmitStubCases(c, elsewhere, done);
        c.Label(ref elsewhere);
        EmitChain(c, previous, done);
        nint address = _area.Base + HandlerStart;
        Place(c, address, 0x1000);
        return address;
    }

    private void EmitStubCases(Assembler c, Label elsewhere, Label done)
    {
        Label notCopy = c.CreateLabel(), notPreempt = c.CreateLabel(), left = c.CreateLabel(), refuse = c.CreateLabel(), onState = c.CreateLabel();
        c.cmp(ecx, CopyStart);
        c.jb(notCopy);
        c.cmp(ecx, HandlerStart);
        c.jae(notCopy);
        c.cmp(edi, HostSignals.Preempt);
        c.je(done);
        c.and(rax, -CopySlot);
        c.add(rax, CopyFaultExit);
        c.mov(__[rdx + ContextRip], rax);
        c.ret();

        // A pre-emption that arrives between the entry's check and the guest makes the entry end at once.
        c.Label(ref notCopy);
        c.cmp(edi, HostSignals.Preempt);
        c.jne(notPreempt);
        c.cmp(ecx, (int)(EntryStart - _area.Base));
        c.jb(done);
        c.cmp(ecx, (int)(EntryEnd - _area.Base));
        c.jae(done);
        c.cmp(ecx, (int)(EntrySwitched - _area.Base));
        c.mov(r8, __[rdx + ContextRsp]);
        c.jae(onState);
        c.mov(r8, __[rdx + ContextRdi]);
        c.jmp(refuse);
        c.Label(ref onState);
        // The flags may just be on their way through the stack.
        c.add(r8, CpuState.Alignment - 1);
        c.and(r8, -CpuState.Alignment);
        c.Label(ref refuse);
        c.cmp(__dword_ptr[r8 + CpuState.SteppingOffset], 0);
        c.jne(done);
        c.mov(__qword_ptr[r8 + CpuState.EntryTargetOffset], (int)EntryPreempted);
        c.ret();

        // A single step that has not reached the guest yet goes on; one that has left it ends.
        c.Label(ref notPreempt);
        c.cmp(edi, 5);
        c.jne(elsewhere);
        c.cmp(ecx, (int)(EntryStart - _area.Base));
        c.jb(left);
        c.cmp(ecx, (int)(EntryEnd - _area.Base));
        c.jb(done);
        c.Label(ref left);
        c.and(__dword_ptr[rdx + ContextFlags], ~0x100);
        c.ret();
    }

    private static void EmitChain(Assembler c, nint* previous, Label done)
    {
        Label byDefault = c.CreateLabel();
        c.cmp(edi, HostSignals.Preempt);
        c.je(done);
        c.mov(rax, (ulong)(nint)previous);
        c.mov(ecx, edi);
        c.mov(rax, __[rax + (rcx * 8)]);
        c.cmp(rax, 1);
        c.jbe(byDefault);
        c.jmp(rax);

        // No handler before us: restore the default action; the instruction faults again and ends the process.
        c.Label(ref byDefault);
        c.sub(rsp, 40);
        c.xor(eax, eax);
        c.mov(__[rsp], rax);
        c.mov(__[rsp + 8], rax);
        c.mov(__[rsp + 16], rax);
        c.mov(__[rsp + 24], rax);
        c.mov(rsi, rsp);
        c.xor(edx, edx);
        c.mov(r10d, 8);
        c.mov(eax, 13);
        c.syscall();
        c.add(rsp, 40);
        c.ret();
    }
}
