using Iced.Intel;

namespace Zonix.Differential;

/// <summary>What moves the stack pointer, with its value followed.</summary>
public sealed partial class CaseGenerator
{
    private void EmitStackStep()
    {
        int choice = _random.Below(100);
        // In a called function the stack must be level at its return.
        if (_isNested)
            choice = _random.Below(20);
        if (choice < 10)
            EmitBalancedPair();
        else if (choice < 20)
            EmitFlagsToStack();
        else if (choice < 55)
            EmitPushes();
        else if (choice < 75)
            EmitPops();
        else if (choice < 93)
            EmitStackArithmetic();
        else
            EmitFrame();
    }

    private void EmitPushes()
    {
        for (int count = _random.Percent(40) ? _random.Between(2, 5) : 1; count > 0; count--)
            EmitPush();
    }

    private void EmitPush()
    {
        Instruction instruction;
        int size = 8;
        switch (_random.Below(10))
        {
            case < 5:
                instruction = Instruction.Create(Code.Push_r64, Register.RAX + PickGeneral(isWritten: false));
                break;
            case 5:
                instruction = Instruction.Create(Code.Pushq_imm8, (int)(sbyte)_random.Next());
                break;
            case 6:
                instruction = Instruction.Create(Code.Pushq_imm32, (int)InterestingValues.Word(_random));
                break;
            case 7:
                instruction = MemoryItem(Code.Push_rm64, Code.Push_rm16, isWritten: false, out size);
                break;
            case 8:
                size = 2;
                instruction = _random.Below(3) switch
                {
                    0 => Instruction.Create(Code.Push_r16, Register.AX + PickGeneral(isWritten: false)),
                    1 => Instruction.Create(Code.Pushw_imm8, (int)(sbyte)_random.Next()),
                    _ => Instruction.Create(Code.Push_imm16, (int)(short)_random.Next()),
                };
                break;
            default:
                bool isWord = _random.Percent(20);
                size = isWord ? 2 : 8;
                instruction = Instruction.Create(
                    isWord ? Code.Pushw_FS : Code.Pushq_FS, Register.FS);
                if (_random.Percent(50))
                    instruction = Instruction.Create(isWord ? Code.Pushw_GS : Code.Pushq_GS, Register.GS);
                break;
        }

        if (Emit(instruction))
            MoveStack(-size);
    }

    private Instruction MemoryItem(Code wide, Code word, bool isWritten, out int size)
    {
        size = _random.Percent(85) ? 8 : 2;
        Instruction instruction = default;
        instruction.Code = size == 8 ? wide : word;
        instruction.Op0Kind = OpKind.Memory;
        _wildUses = 0;
        ulong target = PickTarget(size, 1, isWritten);
        // pop computes its address with the stack pointer already moved.
        if (isWritten)
            _value[Rsp] += (ulong)size;
        SetAddress(ref instruction, target, 1, size);
        if (isWritten)
            _value[Rsp] -= (ulong)size;
        return instruction;
    }

    private void EmitPops()
    {
        for (int count = _random.Percent(40) ? _random.Between(2, 5) : 1; count > 0; count--)
        {
            int size = 8;
            Instruction instruction = _random.Below(10) switch
            {
                < 8 => Instruction.Create(Code.Pop_r64, Register.RAX + PickOf(_plain)),
                8 => MemoryItem(Code.Pop_rm64, Code.Pop_rm16, isWritten: true, out size),
                _ => Instruction.Create(Code.Pop_r16, Register.AX + PickOf(_plain)),
            };
            if (instruction.Code == Code.Pop_r16)
                size = 2;
            if (Emit(instruction))
                MoveStack(size);
        }
    }

    private void EmitBalancedPair()
    {
        int register = PickGeneral(isWritten: false);
        EmitOrFail(Instruction.Create(Code.Push_r64, Register.RAX + register));
        MoveStack(-8);
        if (_random.Percent(50))
            EmitPlainStep();
        EmitOrFail(Instruction.Create(Code.Pop_r64, Register.RAX + PickOf(_plain)));
        MoveStack(8);
    }

    /// <summary>pushf with what it pushed read back, or popf of harmless flags.</summary>
    private void EmitFlagsToStack()
    {
        bool isWord = _random.Percent(20);
        if (_random.Percent(50))
        {
            DefineFlags();
            EmitOrFail(Instruction.Create(isWord ? Code.Pushfw : Code.Pushfq));
            EmitOrFail(isWord
                ? Instruction.Create(Code.Pop_r16, Register.AX + PickOf(_plain))
                : Instruction.Create(Code.Pop_r64, Register.RAX + PickOf(_plain)));
            return;
        }

        // Not the trap flag; the direction flag at times.
        int flags = (int)(_random.Next() & (_random.Percent(10) ? 0xED5u : 0xAD5u)) | 0x202;
        // With alignment checks few sequences get far.
        if (_mayFault && !isWord && !_isNested && _random.Percent(6))
        {
            flags |= 0x40000;
            _checksAlignment = true;
        }

        EmitOrFail(Instruction.Create(isWord ? Code.Push_imm16 : Code.Pushq_imm32, flags));
        EmitOrFail(Instruction.Create(isWord ? Code.Popfw : Code.Popfq));
        _undefined = 0;
    }

    private void EmitStackArithmetic()
    {
        int step = _random.Below(16) * (_random.Percent(85) ? 8 : 1);
        bool isUp = _value[Rsp] < Layout.Stack + 0x800 || (_value[Rsp] < Layout.Stack + 0x1800 && _random.Percent(50));
        int signed = isUp ? step : -step;
        switch (_random.Below(16))
        {
            case < 3:
                Emit(Instruction.Create(signed < 0 ? Code.Sub_rm64_imm8 : Code.Add_rm64_imm8, Register.RSP, step & 127));
                MoveStack(signed < 0 ? -(step & 127) : step & 127);
                break;
            case 3:
                Emit(Instruction.Create(isUp ? Code.Add_rm64_imm32 : Code.Sub_rm64_imm32, Register.RSP, step));
                MoveStack(signed);
                break;
            case < 6:
                EmitOrFail(Instruction.Create(Code.Lea_r64_m, Register.RSP, new MemoryOperand(Register.RSP, Register.None, 1, signed, 1)));
                MoveStack(signed);
                break;
            case 6:
                int index = PickOf(_indices);
                EmitOrFail(Instruction.Create(Code.Lea_r64_m, Register.RSP, new MemoryOperand(Register.RSP, Register.RAX + index, 1, signed, 1)));
                _value[Rsp] += _value[index] + (ulong)(long)signed;
                break;
            case 7:
                EmitOrFail(Instruction.Create(Code.And_rm64_imm8, Register.RSP, -16));
                _value[Rsp] &= ~15UL;
                _undefined = RflagsBits.AF;
                break;
            case 8:
                int added = PickOf(_indices);
                EmitOrFail(Instruction.Create(_random.Percent(50) ? Code.Add_rm64_r64 : Code.Add_r64_rm64, Register.RSP, Register.RAX + added));
                _value[Rsp] += _value[added];
                break;
            case 9:
                EmitNarrowStackArithmetic(step);
                break;
            case 10:
                EmitOrFail(Instruction.Create(isUp ? Code.Inc_rm64 : Code.Dec_rm64, Register.RSP));
                MoveStack(isUp ? 1 : -1);
                break;
            case 11:
                // Far away and back without touching it.
                int far = _random.Between(4000, 0x200000);
                EmitOrFail(Instruction.Create(Code.Sub_rm64_imm32, Register.RSP, far));
                if (_random.Percent(50))
                    EmitOrFail(Instruction.Create(Code.Lea_r64_m, Register.RAX + PickOf(_plain), new MemoryOperand(Register.RSP, Register.None, 1, 8, 1)));
                EmitOrFail(Instruction.Create(Code.Add_rm64_imm32, Register.RSP, far));
                break;
            default:
                EmitStackLoad();
                break;
        }
    }

    private void EmitNarrowStackArithmetic(int step)
    {
        switch (_random.Below(4))
        {
            case 0:
                EmitOrFail(Instruction.Create(Code.Add_rm32_imm8, Register.ESP, step & 127));
                MoveStack(step & 127);
                break;
            case 1:
                EmitOrFail(Instruction.Create(Code.Lea_r32_m, Register.ESP, new MemoryOperand(Register.RSP, Register.None, 1, -step, 1)));
                MoveStack(-step);
                break;
            case 2:
                EmitOrFail(Instruction.Create(Code.Mov_r16_imm16, Register.SP, 0x1000 + (_random.Below(0x80) * 8)));
                _value[Rsp] = (_value[Rsp] & ~0xFFFFUL) | _code[(_code.Length - 2).._code.Length][0] | ((ulong)_code[(_code.Length - 1).._code.Length][0] << 8);
                break;
            default:
                int low = _random.Below(32) * 8;
                EmitOrFail(Instruction.Create(Code.Mov_r8_imm8, Register.SPL, low));
                _value[Rsp] = (_value[Rsp] & ~0xFFUL) | (uint)low;
                break;
        }
    }

    /// <summary>The stack pointer gets a new value as a whole.</summary>
    /// <param name="forms">The first four do not depend on its old value.</param>
    private void EmitStackLoad(int forms = 8)
    {
        ulong value;
        int entry = _random.Below(StackPointers);
        ulong address = Layout.ReadOnly + StackPointerTable + (ulong)(entry * 8);
        ulong tabled = ReadOnlyWord(address);
        var memory = new MemoryOperand(Register.None, (long)address, 8);
        switch (_random.Below(forms))
        {
            case 0:
                EmitOrFail(Instruction.Create(Code.Mov_r64_rm64, Register.RSP, memory));
                value = tabled;
                break;
            case 1:
                EmitOrFail(Instruction.Create(Code.Mov_r32_rm32, Register.ESP, memory));
                value = tabled;
                break;
            case 2:
                EmitOrFail(Instruction.Create(Code.Push_rm64, memory));
                EmitOrFail(Instruction.Create(Code.Pop_r64, Register.RSP));
                value = tabled;
                break;
            case 3:
                value = _value[Rsp] & ~15UL;
                EmitOrFail(Instruction.Create(Code.Mov_r32_imm32, Register.ESP, (int)value));
                break;
            case 4:
                EmitOrFail(Instruction.Create(Code.Xchg_rm64_r64, Register.RSP, Register.RSP));
                return;
            default:
                // By way of a register: saved, changed, set again.
                int register = PickOf(_plain);
                value = _value[Rsp] - (ulong)(_random.Below(8) * 8);
                EmitOrFail(Instruction.Create(Code.Lea_r64_m, Register.RAX + register, new MemoryOperand(Register.RSP, Register.None, 1, (long)(value - _value[Rsp]), 1)));
                bool isKept = (_plain & (_plain - 1)) != 0;
                _plain &= isKept ? ~(1 << register) : -1;
                if (isKept && _random.Percent(50))
                    EmitPlainStep();
                _plain |= 1 << register;
                if (_random.Percent(30))
                    EmitOrFail(Instruction.Create(Code.Xchg_rm64_r64, Register.RAX + register, Register.RSP));
                else if (_random.Percent(30))
                    EmitOrFail(Instruction.Create(Code.Mov_r32_rm32, Register.ESP, Register.EAX + register));
                else
                    EmitOrFail(Instruction.Create(_random.Percent(50) ? Code.Mov_rm64_r64 : Code.Mov_r64_rm64, Register.RSP, Register.RAX + register));
                break;
        }

        _value[Rsp] = value;
    }

    /// <summary>enter and leave, with instructions between them.</summary>
    private void EmitFrame()
    {
        if (_checksAlignment || (_plain & (1 << Rbp)) == 0 || System.Numerics.BitOperations.PopCount((uint)_plain) < 3)
            return;
        _plain &= ~(1 << Rbp);
        switch (_random.Below(6))
        {
            case 0:
                // The 16-bit form keeps the rest of rbp.
                EmitOrFail(Instruction.Create(Code.Mov_r64_rm64, Register.RBP, Register.RSP));
                EmitOrFail(Instruction.Create(_random.Percent(85) ? Code.Enterq_imm16_imm8 : Code.Enterw_imm16_imm8, _random.Below(128), _random.Below(2)));
                break;
            case 1:
                EmitOrFail(Instruction.Create(Code.Lea_r64_m, Register.RBP, new MemoryOperand(Register.RSP, Register.None, 1, 0x100, 8)));
                EmitOrFail(Instruction.Create(Code.Enterq_imm16_imm8, _random.Below(128), _random.Below(6)));
                break;
            case 2:
                EmitOrFail(Instruction.Create(Code.Lea_r64_m, Register.RBP, new MemoryOperand(Register.RSP, Register.None, 1, _random.Below(8) * 8, 8)));
                break;
            default:
                EmitOrFail(Instruction.Create(Code.Push_r64, Register.RBP));
                EmitOrFail(Instruction.Create(Code.Mov_r64_rm64, Register.RBP, Register.RSP));
                EmitOrFail(Instruction.Create(Code.Sub_rm64_imm8, Register.RSP, _random.Below(16) * 8));
                break;
        }

        // Where the stack pointer is by now does not matter: it comes back from rbp.
        ulong before = _value[Rsp];
        int pointers = _pointers;
        if (_pointers != 1 << Rsp)
            _pointers &= ~(1 << Rsp);
        for (int i = _random.Below(4); i > 0 && _pointers != 1 << Rsp; i--)
            EmitPlainStep();
        _pointers = pointers;
        EmitOrFail(Instruction.Create(_random.Percent(85) ? Code.Leaveq : Code.Leavew));
        _plain |= 1 << Rbp;
        _value[Rsp] = before;
        _undefined |= RflagsBits.AF;
        EmitStackLoad(forms: 4);
    }

    private void MoveStack(int delta) => _value[Rsp] += (ulong)(long)delta;

    private ulong ReadOnlyWord(ulong address) =>
        BitConverter.ToUInt64(_memory, Layout.MemorySize - Layout.PageSize + (int)(address - Layout.ReadOnly));
}
