using Iced.Intel;

namespace Zonix.Machine;

/// <summary>Loads of segment registers, and transfers that name a code segment, of i386 code. A change to 64-bit code is refused.</summary>
internal static class FarTransfers
{
    /// <returns>False when the instruction is none of these.</returns>
    internal static bool TryExecute(CpuContext context, in Instruction instruction, out bool isDone, out GuestExit fault)
    {
        fault = default;
        switch (instruction.Mnemonic)
        {
            case Mnemonic.Mov when instruction.Op0Kind == OpKind.Register && instruction.Op0Register.IsSegmentRegister():
                isDone = TryMove(context, instruction, out fault);
                break;
            case Mnemonic.Pop when instruction.Op0Kind == OpKind.Register && instruction.Op0Register.IsSegmentRegister():
                isDone = TryPop(context, instruction, out fault);
                break;
            case Mnemonic.Les or Mnemonic.Lds or Mnemonic.Lss or Mnemonic.Lfs or Mnemonic.Lgs:
                isDone = TryLoadPointer(context, instruction, out fault);
                break;
            case Mnemonic.Jmp:
                isDone = TryTarget(context, instruction, out uint target, out ushort code, out fault) && TryGo(context, code, target, out fault);
                return true;
            case Mnemonic.Call:
                isDone = TryCall(context, instruction, out fault);
                return true;
            case Mnemonic.Retf or Mnemonic.Iret or Mnemonic.Iretd:
                isDone = TryReturn(context, instruction, out fault);
                return true;
            default:
                isDone = false;
                return false;
        }

        if (isDone)
            context.Registers.Rip = (uint)instruction.NextIP;
        return true;
    }

    private static bool TryLoad(CpuContext context, Register segment, ushort selector, out GuestExit fault)
    {
        fault = default;
        return SegmentLoads.TryLoad(context, segment - Register.ES, selector) || InstructionEmulator.Protection(selector, out fault);
    }

    private static bool TryMove(CpuContext context, in Instruction instruction, out GuestExit fault)
    {
        ushort selector;
        if (instruction.Op1Kind == OpKind.Register)
        {
            selector = (ushort)Processor.GeneralRegister(ref context.Registers, BlockTranslator.Number(instruction.Op1Register));
        }
        else
        {
            ulong address = I386Emulator.AddressOf(context, instruction, 1);
            if (!context.Window.TryRead(address, out selector))
                return InstructionEmulator.PageFault(address, FaultAccess.Read, out fault);
        }

        return TryLoad(context, instruction.Op0Register, selector, out fault);
    }

    private static bool TryPop(CpuContext context, in Instruction instruction, out GuestExit fault)
    {
        ref GuestRegisters registers = ref context.Registers;
        if (!context.Window.TryRead(registers.Rsp, out ushort selector))
            return InstructionEmulator.PageFault(registers.Rsp, FaultAccess.Read, out fault);
        if (!TryLoad(context, instruction.Op0Register, selector, out fault))
            return false;
        registers.Rsp = (uint)(registers.Rsp + (ulong)instruction.StackPointerIncrement);
        return true;
    }

    private static bool TryLoadPointer(CpuContext context, in Instruction instruction, out GuestExit fault)
    {
        ulong address = I386Emulator.AddressOf(context, instruction, 1);
        int size = instruction.Op0Register.GetSize();
        if (!TryReadPointer(context, address, size, out uint offset, out ushort selector, out fault))
            return false;
        Register segment = instruction.Mnemonic switch
        {
            Mnemonic.Les => Register.ES,
            Mnemonic.Lds => Register.DS,
            Mnemonic.Lss => Register.SS,
            Mnemonic.Lfs => Register.FS,
            _ => Register.GS,
        };
        if (!TryLoad(context, segment, selector, out fault))
            return false;
        ref ulong register = ref Processor.GeneralRegister(ref context.Registers, BlockTranslator.Number(instruction.Op0Register));
        register = size == 4 ? offset : (register & ~0xFFFFUL) | offset;
        return true;
    }

    private static bool TryReadPointer(CpuContext context, ulong address, int size, out uint offset, out ushort selector, out GuestExit fault)
    {
        fault = default;
        selector = 0;
        offset = 0;
        if (size == 4 ? !context.Window.TryRead(address, out offset) : !TryReadWord(context, address, out offset))
            return InstructionEmulator.PageFault(address, FaultAccess.Read, out fault);
        ulong behind = (uint)(address + (ulong)size);
        return context.Window.TryRead(behind, out selector) || InstructionEmulator.PageFault(behind, FaultAccess.Read, out fault);
    }

    private static bool TryReadWord(CpuContext context, ulong address, out uint value)
    {
        bool isRead = context.Window.TryRead(address, out ushort word);
        value = word;
        return isRead;
    }

    /// <summary>Where a far jump or call leads.</summary>
    private static bool TryTarget(CpuContext context, in Instruction instruction, out uint target, out ushort selector, out GuestExit fault)
    {
        fault = default;
        switch (instruction.Op0Kind)
        {
            case OpKind.FarBranch32:
                (target, selector) = (instruction.FarBranch32, instruction.FarBranchSelector);
                return true;
            case OpKind.FarBranch16:
                (target, selector) = (instruction.FarBranch16, instruction.FarBranchSelector);
                return true;
            default:
                int size = instruction.Code is Code.Jmp_m1616 or Code.Call_m1616 ? 2 : 4;
                return TryReadPointer(context, I386Emulator.AddressOf(context, instruction, 0), size, out target, out selector, out fault);
        }
    }

    private static bool TryGo(CpuContext context, ushort selector, uint target, out GuestExit fault)
    {
        fault = default;
        if ((selector & 3) != 3 && (selector & ~3) == 0 || !SegmentLoads.IsCode32(context, selector))
            return InstructionEmulator.Protection(selector, out fault);
        context.Segments.Cs = (uint)selector | 3;
        context.Registers.Rip = target;
        return true;
    }

    private static bool TryCall(CpuContext context, in Instruction instruction, out GuestExit fault)
    {
        ref GuestRegisters registers = ref context.Registers;
        if (!TryTarget(context, instruction, out uint target, out ushort selector, out fault))
            return false;
        int size = instruction.Code is Code.Call_m1616 or Code.Call_ptr1616 ? 2 : 4;
        ulong stack = registers.Rsp;
        if (!SegmentLoads.IsCode32(context, selector))
            return InstructionEmulator.Protection(selector, out fault);
        if (!InstructionEmulator.TryPush(context, ref stack, context.Segments.Cs, size, out fault)
            || !InstructionEmulator.TryPush(context, ref stack, instruction.NextIP, size, out fault))
        {
            return false;
        }

        registers.Rsp = stack;
        return TryGo(context, selector, target, out fault);
    }

    /// <summary>retf and iret to code of the same privilege.</summary>
    private static bool TryReturn(CpuContext context, in Instruction instruction, out GuestExit fault)
    {
        const ulong Changeable = 0x240CD5;
        ref GuestRegisters registers = ref context.Registers;
        bool isInterrupt = instruction.Mnemonic != Mnemonic.Retf;
        int size = instruction.Code is Code.Retfw or Code.Retfw_imm16 or Code.Iretw ? 2 : 4;
        if (!TryReadPointer(context, registers.Rsp, size, out uint target, out ushort selector, out fault))
            return false;
        uint flags = 0;
        ulong place = (uint)(registers.Rsp + (ulong)(2 * size));
        if (isInterrupt && (size == 4 ? !context.Window.TryRead(place, out flags) : !TryReadWord(context, place, out flags)))
            return InstructionEmulator.PageFault(place, FaultAccess.Read, out fault);
        if (!TryGo(context, selector, target, out fault))
            return false;
        ulong taken = (ulong)(isInterrupt ? 3 : 2) * (ulong)size;
        registers.Rsp = (uint)(registers.Rsp + taken + (instruction.OpCount == 1 ? instruction.Immediate16 : 0UL));
        if (isInterrupt)
            registers.Rflags = size == 4 ? (flags & Changeable) | 2 : (registers.Rflags & ~0xFFFFUL) | (flags & Changeable & 0xFFFF) | 2;
        return true;
    }
}
