using Iced.Intel;

namespace Zonix.Machine;

/// <summary>Instructions that only code of i386 has.</summary>
internal sealed unsafe partial class BlockTranslator
{
    // In the order in which pusha stores them; the stack pointer's place is the fifth.
    private static ReadOnlySpan<byte> AllRegisters => [0, 1, 2, 3, HostRegister.GuestStack, 5, 6, 7];

    /// <summary>pusha: the stack pointer is stored as it was before.</summary>
    private void EmitPushAll(int size)
    {
        FlushStack();
        for (int i = 0; i < AllRegisters.Length; i++)
        {
            int register = AllRegisters[i];
            StoreToStackAt(-size * (i + 1), size, register == HostRegister.GuestStack ? HostRegister.Stack : register);
        }

        _stackDelta -= 8 * size;
    }

    /// <summary>popa: registers change when it is known that all of it can be read.</summary>
    private void EmitPopAll(int size)
    {
        FlushStack();
        LoadStackItem(HostRegister.Temporary, StackOperand(7 * size), size);
        LoadStackItem(HostRegister.Temporary, StackOperand(0), size);
        for (int i = 0; i < AllRegisters.Length; i++)
        {
            int register = AllRegisters[i];
            if (register != HostRegister.GuestStack)
                LoadStackItem(register, StackOperand((7 - i) * size), size);
        }

        _stackDelta += 8 * size;
    }

    private void StoreToStackAt(int displacement, int size, int register)
    {
        if (size == 2)
            _emit.Byte(0x66);
        _emit.Memory(wide: false, 0x89, register, StackOperand(displacement));
    }

    /// <summary>mov r/m, sreg: the selectors of i386 code lie in the CPU state.</summary>
    private void EmitStoreSegment(in Instruction instruction)
    {
        int slot = CpuState.SelectorOffset(instruction.Op1Register - Register.ES);
        if (instruction.Op0Kind == OpKind.Memory)
        {
            // The address may need every register there is.
            int borrowed = Borrow(instruction);
            Operand target = Address(instruction, isLoad: false, temporaryIsFree: true);
            _emit.Load32(borrowed, Operand.Slot(slot));
            _emit.Byte(0x66);
            _emit.Memory(wide: false, 0x89, borrowed, target);
            EndBorrow();
            return;
        }

        FlushStack();
        int register = _registers.Host(Number(instruction.Op0Register));
        if (instruction.Op0Register.GetSize() == 2)
            _emit.Byte(0x66);
        _emit.Load32(register, Operand.Slot(slot));
    }
}
