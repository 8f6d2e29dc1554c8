using Iced.Intel;

namespace Zonix.Machine;

/// <summary>Instructions that move the stack pointer.</summary>
internal sealed unsafe partial class BlockTranslator
{
    // Adjustments up to this need no check of their own when the stack is accessed behind them.
    private const int NearStack = 4096;

    private void EmitPush(in Instruction instruction)
    {
        int size = instruction.StackPointerIncrement == -2 ? 2 : _wordSize;
        switch (instruction.Op0Kind)
        {
            case OpKind.Register when _isI386 && instruction.Op0Register.IsSegmentRegister():
                _emit.Load32(HostRegister.Temporary, Operand.Slot(CpuState.SelectorOffset(instruction.Op0Register - Register.ES)));
                StoreToStack(size, HostRegister.Temporary);
                break;
            case OpKind.Register when instruction.Op0Register.IsSegmentRegister():
                // Only FS and GS can be pushed; their selectors are zero.
                StoreToStack(size, immediate: 0);
                break;
            case OpKind.Register:
                int register = Number(instruction.Op0Register);
                if (register == HostRegister.GuestStack)
                    _emit.Lea64(HostRegister.Temporary, Operand.At(HostRegister.Stack, _stackDelta));
                else if (_registers.IsSpilled(register))
                    _emit.Load64(HostRegister.Temporary, Operand.Slot(_registers.Slot(register)));
                StoreToStack(size, register == HostRegister.GuestStack || _registers.IsSpilled(register) ? HostRegister.Temporary : _registers.Host(register));
                break;
            case OpKind.Memory:
                Operand source = Address(instruction, isLoad: true, temporaryIsFree: true);
                LoadStackItem(HostRegister.Temporary, source, size);
                EndBorrow();
                StoreToStack(size, HostRegister.Temporary);
                break;
            default:
                StoreToStack(size, immediate: (int)(long)instruction.GetImmediate(0));
                break;
        }

        _stackDelta -= size;
    }

    // A 16-bit item keeps the rest of the register.
    private void LoadStackItem(int register, in Operand source, int size)
    {
        if (size == 2)
            _emit.Byte(0x66);
        _emit.Memory(wide: size == 8, 0x8B, register, source);
    }

    private void StoreToStack(int size, int register)
    {
        Operand slot = StackOperand(-size);
        if (size == 2)
            _emit.Byte(0x66);
        _emit.Memory(wide: size == 8, 0x89, register, slot);
    }

    private void StoreToStack(int size, long immediate)
    {
        Operand slot = StackOperand(-size);
        if (size == 2)
        {
            _emit.Byte(0x66);
            _emit.Memory(wide: false, 0xC7, 0, slot);
            _emit.Byte((int)immediate);
            _emit.Byte((int)immediate >> 8);
            return;
        }

        if (size == 4)
            _emit.StoreImmediate32(slot, (int)immediate);
        else
            _emit.StoreImmediate64(slot, (int)immediate);
    }

    private void EmitPop(in Instruction instruction)
    {
        int size = instruction.StackPointerIncrement == 2 ? 2 : _wordSize;
        if (instruction.Op0Kind == OpKind.Memory)
        {
            EmitPopToMemory(instruction, size);
            return;
        }

        int register = Number(instruction.Op0Register);
        if (size == 2)
        {
            // A 16-bit pop keeps the rest of the register: through the temporary for registers that live in slots.
            EmitPopWord(register);
            return;
        }

        if (register == HostRegister.GuestStack)
        {
            EmitLoadStackPointer(StackOperand(0));
            return;
        }

        int target = _registers.IsSpilled(register) ? HostRegister.Temporary : _registers.Host(register);
        LoadStackItem(target, StackOperand(0), size);
        if (target == HostRegister.Temporary)
            _emit.Store64(Operand.Slot(_registers.Slot(register)), target);
        _stackDelta += size;
    }

    private void EmitPopWord(int register)
    {
        Operand source = StackOperand(0);
        if (_registers.IsSpilled(register))
        {
            LoadStackItem(HostRegister.Temporary, source, 2);
            _emit.Byte(0x66);
            _emit.Store32(Operand.Slot(_registers.Slot(register)), HostRegister.Temporary);
        }
        else
        {
            _emit.Byte(0x66);
            _emit.Load32(_registers.Host(register), source);
        }

        _stackDelta += register == HostRegister.GuestStack ? 0 : 2;
    }

    /// <summary>pop [mem]: the address is computed with rsp already moved, and the store may fault.</summary>
    private void EmitPopToMemory(in Instruction instruction, int size)
    {
        FlushStack();
        int borrowed = Borrow(instruction);
        LoadStackItem(borrowed, StackOperand(0), size);
        _stackDelta = _unpopped = size;
        Operand target = Address(instruction, isLoad: false, temporaryIsFree: true);
        if (size == 2)
            _emit.Byte(0x66);
        _emit.Memory(wide: size == 8, 0x89, borrowed, target);
        _unpopped = 0;
        EndBorrow();
    }

    private void EmitLoadStackPointer(in Operand source)
    {
        if (_small)
        {
            _emit.Load32(HostRegister.Stack, source);
        }
        else
        {
            _emit.Load64(HostRegister.Temporary, source);
            _emit.Pext64(HostRegister.Temporary, Operand.Slot(CpuState.MaskOffset));
            _emit.Move64(HostRegister.Stack, HostRegister.Temporary);
        }

        _stackDelta = 0;
        _stackUnchecked = false;
    }

    /// <summary>leave: rsp = rbp, pop rbp.</summary>
    private void EmitLeave(bool word)
    {
        const int Rbp = 5;
        if (_small)
        {
            _emit.Move32(HostRegister.Temporary, Rbp);
        }
        else
        {
            _emit.Move64(HostRegister.Temporary, Rbp);
            _emit.Pext64(HostRegister.Temporary, Operand.Slot(CpuState.MaskOffset));
        }

        int size = word ? 2 : _wordSize;
        LoadStackItem(Rbp, new Operand(HostRegister.Window, HostRegister.Temporary, 1, 0), size);
        Mark(MapFlags.Tail);
        if (_small)
            _emit.Lea32(HostRegister.Stack, Operand.At(HostRegister.Temporary, size));
        else
            _emit.Lea64(HostRegister.Stack, Operand.At(HostRegister.Temporary, size));
        _stackDelta = 0;
        _stackUnchecked = false;
    }

    private void EmitPushFlags(bool word)
    {
        // pushfq; pop r11
        _emit.Byte(0x9C);
        _emit.Byte(0x41);
        _emit.Byte(0x58 | (HostRegister.Temporary & 7));
        int size = word ? 2 : _wordSize;
        StoreToStack(size, HostRegister.Temporary);
        _stackDelta -= size;
    }

    /// <summary>popf: the trap flag is dropped (single-stepping oneself is not supported), interrupt flag and IOPL cannot change.</summary>
    private void EmitPopFlags(bool word)
    {
        const int Changeable = 0x240CD5;
        FlushStack();
        int size = word ? 2 : _wordSize;
        LoadStackItem(HostRegister.Temporary, StackOperand(0), size);
        // and r11d, imm32; push r11; popfq; or their 16-bit forms, which keep the upper flags
        _emit.Byte(0x41);
        _emit.Byte(0x81);
        _emit.Byte(0xE0 | (HostRegister.Temporary & 7));
        _emit.Int32(Changeable | 2);
        if (word)
            _emit.Byte(0x66);
        _emit.Byte(0x41);
        _emit.Byte(0x50 | (HostRegister.Temporary & 7));
        if (word)
            _emit.Byte(0x66);
        _emit.Byte(0x9D);
        _stackDelta += size;
        Mark(MapFlags.Tail);
    }

    /// <summary>The common forms that only move rsp; everything else that writes it is rewritten in general.</summary>
    private bool TryEmitStackAdjustment(in Instruction instruction)
    {
        Register stack = _isI386 ? Register.ESP : Register.RSP;
        if (instruction.OpCount != 2 || instruction.Op0Kind != OpKind.Register || instruction.Op0Register != stack)
            return false;
        switch (instruction.Mnemonic)
        {
            case Mnemonic.Lea when instruction.MemoryBase == stack && instruction.MemoryIndex == Register.None
                    && Displacement(instruction) is >= -NearStack and <= NearStack:
                _stackDelta += (int)Displacement(instruction);
                _stackUnchecked = true;
                return true;
            case Mnemonic.Mov when _small && instruction.Op1Kind == OpKind.Register && instruction.Op1Register != stack && !_registers.IsSpilled(Number(instruction.Op1Register)):
                _emit.Move32(HostRegister.Stack, _registers.Host(Number(instruction.Op1Register)));
                _stackDelta = 0;
                _stackUnchecked = false;
                return true;
            case Mnemonic.Add or Mnemonic.Sub when instruction.Op1Kind is OpKind.Immediate8to64 or OpKind.Immediate32to64 or OpKind.Immediate8to32 or OpKind.Immediate32
                    && Immediate(instruction) is >= -NearStack and <= NearStack:
                EmitStackArithmetic(instruction);
                return true;
            default:
                return false;
        }
    }

    private long Displacement(in Instruction instruction) =>
        _isI386 ? (int)instruction.MemoryDisplacement32 : (long)instruction.MemoryDisplacement64;

    private long Immediate(in Instruction instruction) =>
        _isI386 ? (int)instruction.GetImmediate(1) : (long)instruction.GetImmediate(1);

    private void EmitStackArithmetic(in Instruction instruction)
    {
        FlushPendingDelta();
        int immediate = (int)Immediate(instruction);
        bool isByte = immediate is >= -128 and <= 127;
        _emit.Byte(_isI386 ? 0x41 : 0x49);
        _emit.Byte(isByte ? 0x83 : 0x81);
        _emit.Byte((instruction.Mnemonic == Mnemonic.Add ? 0xC0 : 0xE8) | (HostRegister.Stack & 7));
        if (isByte)
            _emit.Byte(immediate);
        else
            _emit.Int32(immediate);
        _stackUnchecked = true;
    }

    /// <summary>Brings the host's copy of rsp up to date without checking it.</summary>
    private void FlushPendingDelta()
    {
        if (_stackDelta == 0)
            return;
        _emit.Lea64(HostRegister.Stack, Operand.At(HostRegister.Stack, _stackDelta));
        _stackDelta = 0;
        _stackUnchecked = true;
        Mark(MapFlags.None);
    }
}
