using Iced.Intel;
using Zonix.Host.Signals;

namespace Zonix.Machine;

/// <summary>What signals inside translated code mean for the guest.</summary>
public sealed unsafe partial class Processor
{
    private const int SigBus = 7;
    private const int SigTrap = 5;
    private const int PageFaultVector = 14;
    private const int GeneralProtection = 13;
    private const int StackFault = 12;
    private const uint WriteError = 2;
    private const ulong TrapFlag = 0x100;

    /// <summary>
    /// Brings the guest's registers into the state of an instruction boundary, or says that the instruction must be finished
    /// first.
    /// </summary>
    private bool NeedsStep(CpuContext context)
    {
        CpuState* state = context.State;
        if (!TryRecover(state, context.Window, out bool isTail))
            throw new InvalidOperationException($"signal {state->FaultSignal} at {state->FaultRip:x}, which is no translated code (trap {state->FaultTrap}, address {state->FaultAddress:x})");
        return isTail;
    }

    /// <summary>Finds out what a signal means for the guest, whose registers are those of an instruction boundary.</summary>
    /// <param name="context">The context that ran.</param>
    /// <param name="reason">If the result is true: why the code stopped after all, or None to go on.</param>
    /// <param name="host">If the result is true: where to go on; 0 finds it by Rip.</param>
    /// <param name="exit">If the result is false: what the kernel is told.</param>
    private static bool HandleFault(CpuContext context, out ExitReason reason, out nint host, out GuestExit exit)
    {
        CpuState* state = context.State;
        int signal = state->FaultSignal;
        host = 0;
        exit = default;
        if (signal == HostSignals.Preempt)
        {
            reason = ExitReason.Preempted;
            return true;
        }

        reason = ExitReason.None;
        if (signal == SigTrap && state->FaultTrap == 1)
        {
            // The end of a step that a pre-emption had asked for.
            reason = ExitReason.Preempted;
            return true;
        }

        if (state->FaultTrap != PageFaultVector)
        {
            exit = new GuestExit { Kind = ExitKind.Exception, Vector = state->FaultTrap, ErrorCode = state->FaultError };
            return false;
        }

        return HandlePageFault(context, out host, out exit);
    }

    private static bool HandlePageFault(CpuContext context, out nint host, out GuestExit exit)
    {
        CpuState* state = context.State;
        bool isWrite = (state->FaultError & WriteError) != 0;
        ulong address = (ulong)(state->FaultAddress - context.Window.Base);
        host = 0;
        exit = default;
        if (isWrite && address < context.Window.Size && context.Window.ResolveCodeWrite(address))
        {
            // The store may change its own block: it runs alone, then everything is looked up anew.
            host = context.Window.Code?.TranslateOnce(context.Window, state->Registers.Rip) ?? 0;
            return true;
        }

        if (!TryFindExactAddress(context, ref address, out bool isStack))
        {
            exit = new GuestExit { Kind = ExitKind.Exception, Vector = isStack ? StackFault : GeneralProtection };
            return false;
        }

        exit = new GuestExit
        {
            Kind = ExitKind.PageFault,
            Address = address,
            Access = isWrite ? FaultAccess.Write : FaultAccess.Read,
            BusError = state->FaultSignal == SigBus,
            ErrorCode = state->FaultError,
        };
        return false;
    }

    /// <summary>Undoes what the translation of an instruction has done to registers before it faulted.</summary>
    private bool TryRecover(CpuState* state, MemoryWindow window, out bool isTail)
    {
        isTail = false;
        nint rip = state->FaultRip;
        ref GuestRegisters registers = ref state->Registers;
        int link = _cache.FindStub(rip);
        if (link >= 0)
        {
            registers.Rip = _cache.Link(link).Target;
            return true;
        }

        Block? block = _cache.FindByHost(rip);
        if (block is null)
            return false;

        ref readonly MapEntry entry = ref block.Find(rip);
        bool restores = rip >= block.RestoreStart;
        if (restores || (entry.Flags & MapFlags.Tail) != 0)
        {
            isTail = true;
            return true;
        }

        registers.Rip = block.Guest + entry.Guest;
        registers.Rsp += (ulong)(long)entry.StackDelta;
        if (window.Kind != WindowKind.Large)
            registers.Rsp = (uint)registers.Rsp;
        if ((entry.Flags & MapFlags.HostRsi) != 0)
            registers.Rsi -= (ulong)window.Base;
        if ((entry.Flags & MapFlags.HostRdi) != 0)
            registers.Rdi -= (ulong)window.Base;
        if ((entry.Flags & MapFlags.Borrow1) != 0)
            GeneralRegister(ref registers, entry.Borrowed & 15) = state->Borrow;
        if ((entry.Flags & MapFlags.Borrow2) != 0)
            GeneralRegister(ref registers, (entry.Borrowed >> 4) & 15) = state->Scratch;
        if ((entry.Flags & MapFlags.Borrow3) != 0)
            GeneralRegister(ref registers, (entry.Borrowed >> 8) & 15) = state->Borrow3;
        if ((entry.Flags & MapFlags.Borrow4) != 0)
            GeneralRegister(ref registers, (entry.Borrowed >> 12) & 15) = state->Borrow4;
        if (rip >= block.BodyStart)
            UndoSwaps(state, block.Registers);
        return true;
    }

    // The exit has stored every host register as if it held the guest register of its name.
    private static void UndoSwaps(CpuState* state, RegisterMap map)
    {
        for (int i = 0; i < map.Swaps.Length; i++)
        {
            (int guest, int victim) = map.Swaps[i];
            ref ulong stored = ref GeneralRegister(ref state->Registers, victim);
            GeneralRegister(ref state->Registers, guest) = stored;
            stored = state->AlternateSlots[i];
        }
    }

    /// <summary>
    /// The rest of an instruction that has taken effect runs one host instruction at a time, until the guest's state is that
    /// of an instruction boundary.
    /// </summary>
    private ExitReason Step(CpuContext context)
    {
        int never = 0;
        CpuState* state = context.State;
        state->IsStepping = 1;
        nint callExit = state->CallExit;
        state->CallExit = _stubs.ExitUnanswered;
        ExitReason reason = Enter(state, state->FaultRip, &never, TrapFlag);
        state->IsStepping = 0;
        state->CallExit = callExit;
        return reason;
    }

    /// <summary>
    /// The host's fault address is truncated to the window; the guest expects the address that it has computed.
    /// </summary>
    /// <returns>False when that address is not canonical: the CPU gives a general protection or a stack fault then.</returns>
    private static bool TryFindExactAddress(CpuContext context, ref ulong address, out bool isStack)
    {
        CpuState* state = context.State;
        isStack = false;
        // Addresses of 32 bits are exact as they are.
        if (context.Window.IsI386)
            return true;
        byte* code = stackalloc byte[InstructionReader.Longest];
        int length = (int)context.Window.CopyInUnresolved(state->Registers.Rip, code, InstructionReader.Longest);
        Instruction instruction = InstructionReader.Decode(new ReadOnlySpan<byte>(code, length), state->Registers.Rip, context.Window.Kind);
        isStack = instruction.Mnemonic == Mnemonic.Leave
            || (instruction.SegmentPrefix == Register.None && instruction.MemoryBase is Register.RSP or Register.RBP);
        for (int i = 0; i < instruction.OpCount; i++)
        {
            if (instruction.GetOpKind(i) is < OpKind.MemorySegSI || instruction.IsVsib)
                continue;
            if (!instruction.TryGetVirtualAddress(i, 0, out ulong exact, (Register register, int _, int _, out ulong value) => TryGetValue(state, register, out value)))
                continue;
            if (TryMatch(context.Window, exact, ref address, out bool isCanonical))
                return isCanonical;
        }

        if (instruction.Mnemonic == Mnemonic.Leave && TryMatch(context.Window, state->Registers.Rbp, ref address, out bool isValid))
            return isValid;
        return true;
    }

    /// <summary>Whether the access at an exact address is the one that faulted; then the fault's address becomes exact, too.</summary>
    private static bool TryMatch(MemoryWindow window, ulong exact, ref ulong address, out bool isCanonical)
    {
        isCanonical = (long)exact << 16 >> 16 == (long)exact;
        ulong distance = address - (exact & (window.Size - 1));
        if (distance >= 64 && address < window.Size)
            return false;
        address = distance < 64 ? exact + distance : exact;
        return true;
    }

    internal static bool TryGetValue(CpuState* state, Register register, out ulong value)
    {
        value = Value(state, register);
        return true;
    }

    private static ulong Value(CpuState* state, Register register) => register switch
    {
        Register.FS => state->Registers.FsBase,
        Register.GS => state->Registers.GsBase,
        >= Register.RAX and <= Register.R15 => GeneralRegister(ref state->Registers, register - Register.RAX),
        Register.AL => (byte)state->Registers.Rax,
        >= Register.EAX and <= Register.R15D => (uint)GeneralRegister(ref state->Registers, register - Register.EAX),
        >= Register.AX and <= Register.R15W => (ushort)GeneralRegister(ref state->Registers, register - Register.AX),
        _ => 0,
    };

    internal static ref ulong GeneralRegister(ref GuestRegisters registers, int number)
    {
        switch (number)
        {
            case 0: return ref registers.Rax;
            case 1: return ref registers.Rcx;
            case 2: return ref registers.Rdx;
            case 3: return ref registers.Rbx;
            case 4: return ref registers.Rsp;
            case 5: return ref registers.Rbp;
            case 6: return ref registers.Rsi;
            case 7: return ref registers.Rdi;
            case 8: return ref registers.R8;
            case 9: return ref registers.R9;
            case 10: return ref registers.R10;
            case 11: return ref registers.R11;
            case 12: return ref registers.R12;
            case 13: return ref registers.R13;
            case 14: return ref registers.R14;
            default: return ref registers.R15;
        }
    }
}
