using Iced.Intel;

namespace Zonix.Machine;

/// <summary>Operands of registers that live in slots.</summary>
internal sealed unsafe partial class BlockTranslator
{
    /// <summary>
    /// A spilled register as the operand that could as well be in memory: its slot takes its place. Not for results of 32
    /// bits, which clear the upper half, nor of 8 and 16 bits, which a later load of the slot would have to wait for.
    /// </summary>
    private bool TryEmitSlotOperand(in Instruction instruction)
    {
        if (instruction.OpCount == 2 && instruction.Op1Kind == OpKind.Register && _registers.IsSpilled(Number(instruction.Op1Register))
            && instruction.Op0Kind == OpKind.Register && Number(instruction.Op0Register) is >= 0 and not HostRegister.GuestStack
            && !_registers.IsSpilled(Number(instruction.Op0Register)) && SlotForms.TryLoadForm(instruction, out Code code))
        {
            return EncodeSlot(instruction, code, operand: 1);
        }

        if (instruction.OpCount == 2 && instruction.Op0Kind == OpKind.Register && _registers.IsSpilled(Number(instruction.Op0Register)))
        {
            if (TryEmitZeroTest(instruction) || TryEmitSmallConstant(instruction))
                return true;
            if (!IsStackOrSpilled(instruction, operand: 1) && SlotForms.TryCompareForm(instruction, out code) && EncodeSlot(instruction, code, operand: 0))
                return true;
        }

        if (instruction.OpCount >= 1 && instruction.Op0Kind == OpKind.Register && instruction.Op0Register.IsGPR64()
            && _registers.IsSpilled(Number(instruction.Op0Register)) && !IsStackOrSpilled(instruction, operand: 1) && SlotForms.TryStoreForm(instruction, out code))
        {
            return EncodeSlot(instruction, code, operand: 0);
        }

        return false;
    }

    /// <summary>test of a register with itself: a comparison with zero gives the same flags.</summary>
    private bool TryEmitZeroTest(in Instruction instruction)
    {
        const int CompareField = 7;
        if (instruction.Code is not (Code.Test_rm32_r32 or Code.Test_rm64_r64) || instruction.Op0Register != instruction.Op1Register)
            return false;
        _emit.Memory(instruction.Code == Code.Test_rm64_r64, 0x83, CompareField, Operand.Slot(_registers.Slot(Number(instruction.Op0Register))));
        _emit.Byte(0);
        return true;
    }

    /// <summary>mov r32, imm32: clears the upper half, as a store of 64 bits does.</summary>
    private bool TryEmitSmallConstant(in Instruction instruction)
    {
        if (instruction.Code is not (Code.Mov_r32_imm32 or Code.Mov_rm32_imm32) || instruction.Immediate32 > int.MaxValue)
            return false;
        _emit.StoreImmediate64(Operand.Slot(_registers.Slot(Number(instruction.Op0Register))), (int)instruction.Immediate32);
        return true;
    }

    private bool IsStackOrSpilled(in Instruction instruction, int operand)
    {
        if (operand >= instruction.OpCount || instruction.GetOpKind(operand) != OpKind.Register)
            return false;
        int number = Number(instruction.GetOpRegister(operand));
        return number == HostRegister.GuestStack || _registers.IsSpilled(number);
    }

    private bool EncodeSlot(in Instruction instruction, Code code, int operand)
    {
        Instruction host = instruction;
        RenameOperands(instruction, ref host);
        int slot = _registers.Slot(Number(instruction.GetOpRegister(operand)));
        host.Code = code;
        host.SetOpKind(operand, OpKind.Memory);
        host.MemoryBase = Register.RSP;
        host.MemoryIndex = Register.None;
        host.MemoryIndexScale = 1;
        host.MemoryDisplacement64 = (ulong)slot;
        host.MemoryDisplSize = 1;
        return _emit.TryEncode(host);
    }
}
