using Iced.Intel;

namespace Zonix.Machine;

/// <summary>Instructions of i386 code that are rare, or that touch segments. Intel SDM volume 2.</summary>
internal static unsafe class I386Emulator
{
    private const int DivideError = 0, BoundRange = 5;

    /// <summary>Executes an instruction, if it is one of these.</summary>
    /// <param name="context">The thread.</param>
    /// <param name="instruction">The instruction at Rip.</param>
    /// <param name="isDone">False when it faults; the registers are unchanged then.</param>
    /// <param name="fault">The fault.</param>
    /// <returns>False when it is none of these.</returns>
    internal static bool TryExecute(CpuContext context, in Instruction instruction, out bool isDone, out GuestExit fault)
    {
        fault = default;
        ref GuestRegisters registers = ref context.Registers;
        switch (instruction.Mnemonic)
        {
            case Mnemonic.Aam when (byte)instruction.Immediate8 == 0:
                fault = new GuestExit { Kind = ExitKind.Exception, Vector = DivideError };
                isDone = false;
                return true;
            case Mnemonic.Aaa or Mnemonic.Aas or Mnemonic.Aam or Mnemonic.Aad or Mnemonic.Daa or Mnemonic.Das:
                DecimalArithmetic.Execute(ref registers, instruction);
                break;
            case Mnemonic.Salc:
                registers.Rax = (registers.Rax & ~0xFFUL) | ((registers.Rflags & 1) != 0 ? 0xFFUL : 0);
                break;
            case Mnemonic.Loop or Mnemonic.Loope or Mnemonic.Loopne or Mnemonic.Jcxz:
                Loop(ref registers, instruction);
                isDone = true;
                return true;
            case Mnemonic.Bound:
                isDone = TryBound(context, instruction, out fault);
                break;
            case Mnemonic.Arpl:
                isDone = TryAdjustPrivilege(context, instruction, out fault);
                break;
            default:
                return FarTransfers.TryExecute(context, instruction, out isDone, out fault);
        }

        isDone = fault == default;
        if (isDone)
            registers.Rip = (uint)instruction.NextIP;
        return true;
    }

    /// <summary>The address of a memory operand.</summary>
    internal static ulong AddressOf(CpuContext context, in Instruction instruction, int operand)
    {
        CpuState* state = context.State;
        _ = instruction.TryGetVirtualAddress(operand, 0, out ulong address, (Register register, int _, int _, out ulong value) => Processor.TryGetValue(state, register, out value));
        return (uint)address;
    }

    /// <summary>Those that count in cx.</summary>
    private static void Loop(ref GuestRegisters registers, in Instruction instruction)
    {
        bool isZero = (registers.Rflags & 0x40) != 0, jumps;
        if (instruction.Mnemonic == Mnemonic.Jcxz)
        {
            jumps = (ushort)registers.Rcx == 0;
        }
        else
        {
            ushort count = (ushort)(registers.Rcx - 1);
            registers.Rcx = (registers.Rcx & ~0xFFFFUL) | count;
            jumps = count != 0 && instruction.Mnemonic switch { Mnemonic.Loope => isZero, Mnemonic.Loopne => !isZero, _ => true };
        }

        registers.Rip = jumps ? (uint)instruction.NearBranchTarget : (uint)instruction.NextIP;
    }

    private static bool TryBound(CpuContext context, in Instruction instruction, out GuestExit fault)
    {
        fault = default;
        ulong address = AddressOf(context, instruction, 1);
        bool isWord = instruction.Code == Code.Bound_r16_m1616;
        ulong register = Processor.GeneralRegister(ref context.Registers, BlockTranslator.Number(instruction.Op0Register));
        long index = isWord ? (short)register : (int)register;
        long low, high;
        if (isWord)
        {
            if (!context.Window.TryRead(address, out int pair))
                return InstructionEmulator.PageFault(address, FaultAccess.Read, out fault);
            (low, high) = ((short)pair, pair >> 16);
        }
        else
        {
            if (!context.Window.TryRead(address, out long pair))
                return InstructionEmulator.PageFault(address, FaultAccess.Read, out fault);
            (low, high) = ((int)pair, pair >> 32);
        }

        if (index >= low && index <= high)
            return true;
        fault = new GuestExit { Kind = ExitKind.Exception, Vector = BoundRange };
        return false;
    }

    /// <summary>arpl: raises the privilege level of a selector to that of another one.</summary>
    private static bool TryAdjustPrivilege(CpuContext context, in Instruction instruction, out GuestExit fault)
    {
        const ulong Zero = 0x40;
        fault = default;
        ref GuestRegisters registers = ref context.Registers;
        ushort level = (ushort)(Processor.GeneralRegister(ref registers, BlockTranslator.Number(instruction.Op1Register)) & 3);
        ulong address = 0;
        ushort selector;
        bool isMemory = instruction.Op0Kind == OpKind.Memory;
        if (isMemory)
        {
            address = AddressOf(context, instruction, 0);
            if (!context.Window.TryRead(address, out selector))
                return InstructionEmulator.PageFault(address, FaultAccess.Read, out fault);
        }
        else
        {
            selector = (ushort)Processor.GeneralRegister(ref registers, BlockTranslator.Number(instruction.Op0Register));
        }

        if ((selector & 3) >= level)
        {
            registers.Rflags &= ~Zero;
            return true;
        }

        selector = (ushort)((selector & ~3) | level);
        if (isMemory && !context.Window.TryWrite(address, selector))
            return InstructionEmulator.PageFault(address, FaultAccess.Write, out fault);
        if (!isMemory)
        {
            ref ulong target = ref Processor.GeneralRegister(ref registers, BlockTranslator.Number(instruction.Op0Register));
            target = (target & ~0xFFFFUL) | selector;
        }

        registers.Rflags |= Zero;
        return true;
    }
}
