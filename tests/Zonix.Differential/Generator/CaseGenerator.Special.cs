using Iced.Intel;

namespace Zonix.Differential;

/// <summary>Divisions, control words, and what faults on purpose.</summary>
public sealed partial class CaseGenerator
{
    // Some hosts' kernels leave these instructions switched off, where programs then get SIGILL and zones do not.
    private static readonly bool HostHasSegmentBases = File.ReadAllText("/proc/cpuinfo").Contains(" fsgsbase", StringComparison.Ordinal);

    private const int DividedRegisters = (1 << Rax) | (1 << Rdx);

    private void EmitSpecial()
    {
        switch (_random.Below(12))
        {
            case < 3:
                EmitDivision();
                break;
            case 3:
                EmitTableLookup();
                break;
            case 4:
                EmitMaskedStore();
                break;
            case 5:
                EmitFpuImage();
                break;
            case 6:
                EmitControlWord();
                break;
            case 7:
                EmitSegmentBase();
                break;
            case 8 or 9:
                EmitPointerChange();
                break;
            case 10:
                if (_random.Percent(30))
                    EmitCodeChange();
                else if (_random.Percent(30) && _table.Unsupported.Count > 0)
                    EmitGeneral(_random.Of(_table.Unsupported));
                else
                    EmitBytes(_random.Of<byte>([0xFC, 0xF5, 0xF8, 0xF9]));
                break;
            default:
                EmitBytes(_random.Percent(30) ? (byte)0xFD : (byte)0xFC);
                break;
        }
    }

    /// <summary>Code that changes an instruction in front of itself.</summary>
    private void EmitCodeChange()
    {
        if (_isNested || _code.Length > Layout.MaxCode - 300)
            return;
        int register = PickOf(_plain), start = _code.Length;
        bool isWide = _random.Percent(50);
        EmitOrFail(isWide
            ? Instruction.Create(Code.Mov_rm32_imm32, new MemoryOperand(Register.RIP, (long)Here, 8), (int)InterestingValues.Word(_random))
            : Instruction.Create(Code.Mov_rm8_imm8, new MemoryOperand(Register.RIP, (long)Here, 8), (int)(byte)_random.Next()));
        int store = _code.Length;
        for (int i = _random.Below(3); i > 0; i--)
            EmitPlainStep();
        EmitOrFail(Instruction.Create(Code.Mov_r32_imm32, Register.EAX + register, (int)_random.Next()));
        // The displacement lies in front of the store's immediate; the changed bytes end the changed instruction.
        _code.PatchInt32(store - (isWide ? 8 : 5), _code.Length - 4 - store);
    }

    private void EmitDivision()
    {
        if ((_plain & DividedRegisters) != DividedRegisters)
            return;
        Code code = _random.Of<Code>([Code.Div_rm64, Code.Idiv_rm64, Code.Div_rm32, Code.Idiv_rm32, Code.Div_rm16, Code.Idiv_rm16, Code.Div_rm8, Code.Idiv_rm8]);
        bool isSigned = code is Code.Idiv_rm64 or Code.Idiv_rm32 or Code.Idiv_rm16 or Code.Idiv_rm8;
        switch (code)
        {
            case Code.Div_rm8 or Code.Idiv_rm8:
                EmitOrFail(Instruction.Create(Code.Movzx_r32_rm8, Register.EAX, Register.AL));
                break;
            default:
                EmitOrFail(isSigned
                    ? Instruction.Create(code == Code.Idiv_rm64 ? Code.Cqo : code == Code.Idiv_rm32 ? Code.Cdq : Code.Cwd)
                    : Instruction.Create(Code.Xor_r32_rm32, Register.EDX, Register.EDX));
                break;
        }

        _undefined |= isSigned ? 0 : RflagsBits.AF;
        Instruction division = default;
        division.Code = code;
        var form = new InstructionForm(code);
        int size = form.Info.MemorySize.GetSize();
        if (_random.Percent(40))
        {
            division.Op0Kind = OpKind.Memory;
            SetAddress(ref division, PickTarget(size, 1, isWritten: false), 1, size);
        }
        else
        {
            int divisor = PickGeneral(isWritten: false);
            // Zero is for cases that may fault.
            if (!_mayFault && (_plain & (1 << divisor)) != 0 && divisor is not (Rax or Rdx))
                EmitOrFail(Instruction.Create(Code.Or_rm32_imm8, Register.EAX + divisor, 1 + _random.Below(100)));
            division.Op0Kind = OpKind.Register;
            division.Op0Register = size switch
            {
                8 => Register.RAX + divisor,
                4 => Register.EAX + divisor,
                2 => Register.AX + divisor,
                _ => ByteRegister(divisor),
            };
        }

        Emit(division);
    }

    private void EmitTableLookup()
    {
        if ((_plain & ((1 << Rax) | (1 << Rbx))) == ((1 << Rax) | (1 << Rbx)))
        {
            bool isFs = _random.Percent(50);
            EmitOrFail(Instruction.Create(Code.Mov_r64_imm64, Register.RBX, Layout.Data + 0x1000 - (isFs ? _fsBase : _gsBase)));
            EmitBytes(isFs ? (byte)0x64 : (byte)0x65, 0xD7);
            return;
        }

        if ((_pointers & (1 << Rbx)) == 0 || (_plain & (1 << Rax)) == 0 || !Layout.IsMapped(_value[Rbx]))
            return;
        switch (_random.Below(6))
        {
            case 0:
                EmitBytes(0x67, 0xD7);
                break;
            case 1:
                EmitBytes(0x3E, 0xD7);
                break;
            default:
                EmitBytes(0xD7);
                break;
        }
    }

    private void EmitMaskedStore()
    {
        if ((_plain & (1 << Rdi)) != 0)
        {
            bool isFs = _random.Percent(50);
            EmitOrFail(Instruction.Create(Code.Mov_r64_imm64, Register.RDI, Layout.Data + 0x1000 - (isFs ? _fsBase : _gsBase)));
            EmitBytes(isFs ? (byte)0x64 : (byte)0x65, 0x66, 0x0F, 0xF7, (byte)(0xC0 | _random.Below(64)));
            return;
        }

        if ((_pointers & (1 << Rdi)) == 0 || !Layout.IsMapped(_value[Rdi]) || (_stackIsProtected && _value[Rdi] - Layout.Stack < Layout.StackSize))
            return;
        byte registers = (byte)(0xC0 | _random.Below(64));
        byte[] bytes = _random.Below(6) switch
        {
            0 => [0x0F, 0xF7, registers],
            1 => [0x67, 0x0F, 0xF7, registers],
            2 => [0x67, 0x66, 0x0F, 0xF7, registers],
            3 => [0xC5, 0xF9, 0xF7, registers],
            4 => [0x66, 0x45, 0x0F, 0xF7, registers],
            _ => [0x66, 0x0F, 0xF7, registers],
        };
        EmitBytes(bytes);
    }

    /// <summary>x87 environments and images. What they keep of instruction addresses is taken out again: it is not defined well.</summary>
    private void EmitFpuImage()
    {
        ulong at = Layout.Data + 0x200 + (ulong)(_random.Below(0x80) * 64);
        MemoryOperand Part(int offset) => new(Register.None, (long)at + offset, 8);
        if (_random.Percent(50))
        {
            bool isWide = _random.Percent(50);
            EmitOrFail(Instruction.Create(isWide ? Code.Fxsave64_m512byte : Code.Fxsave_m512byte, Part(0)));
            EmitOrFail(Instruction.Create(Code.Mov_rm64_imm32, Part(8), 0));
            EmitOrFail(Instruction.Create(Code.Mov_rm64_imm32, Part(16), 0));
            EmitOrFail(Instruction.Create(Code.Mov_rm16_imm16, Part(6), 0));
            if (_random.Percent(50))
                EmitOrFail(Instruction.Create(isWide ? Code.Fxrstor64_m512byte : Code.Fxrstor_m512byte, Part(0)));
            return;
        }

        bool isWhole = _random.Percent(50);
        EmitOrFail(Instruction.Create(isWhole ? Code.Fnsave_m108byte : Code.Fnstenv_m28byte, Part(0)));
        EmitOrFail(Instruction.Create(Code.Mov_rm64_imm32, Part(12), 0));
        EmitOrFail(Instruction.Create(Code.Mov_rm64_imm32, Part(20), 0));
        if (_random.Percent(60))
            EmitOrFail(Instruction.Create(isWhole ? Code.Frstor_m108byte : Code.Fldenv_m28byte, Part(0)));
    }

    private void EmitControlWord()
    {
        bool isFpu = _random.Percent(50);
        ulong at = Layout.ReadOnly + (ulong)(isFpu ? ControlWordTable + (_random.Below(16) * 2) : MxcsrTable + (_random.Below(16) * 4));
        Instruction instruction = default;
        instruction.Code = isFpu ? Code.Fldcw_m2byte : _random.Percent(50) ? Code.Ldmxcsr_m32 : Code.VEX_Vldmxcsr_m32;
        instruction.Op0Kind = OpKind.Memory;
        SetAddress(ref instruction, at, 16, -1);
        Emit(instruction);
    }

    private void EmitSegmentBase()
    {
        if (!HostHasSegmentBases)
            return;
        int register = PickOf(_plain);
        bool isFs = _random.Percent(50), isWide = _random.Percent(70);
        if (_isNested || _random.Percent(50))
        {
            Code read = isFs ? (isWide ? Code.Rdfsbase_r64 : Code.Rdfsbase_r32) : isWide ? Code.Rdgsbase_r64 : Code.Rdgsbase_r32;
            EmitOrFail(Instruction.Create(read, (isWide ? Register.RAX : Register.EAX) + register));
            return;
        }

        ulong value = DirectPointer();
        EmitOrFail(Instruction.Create(Code.Mov_r64_imm64, Register.RAX + register, isWide ? value : value | (_random.Next() << 32)));
        Code write = isFs ? (isWide ? Code.Wrfsbase_r64 : Code.Wrfsbase_r32) : isWide ? Code.Wrgsbase_r64 : Code.Wrgsbase_r32;
        EmitOrFail(Instruction.Create(write, (isWide ? Register.RAX : Register.EAX) + register));
        if (isFs)
            _fsBase = value;
        else
            _gsBase = value;
    }

    /// <summary>A pointer register gets another value.</summary>
    private void EmitPointerChange()
    {
        int set = _pointers & ~(1 << Rsp);
        if (_isNested || set == 0)
            return;
        int register = PickOf(set);
        int step = _random.Between(-16, 16) * 16;
        int entry = _random.Below(DataPointers);
        ulong address = Layout.ReadOnly + DataPointerTable + (ulong)(entry * 8), value;
        switch (_random.Below(5))
        {
            case 0:
                EmitOrFail(Instruction.Create(Code.Lea_r64_m, Register.RAX + register, new MemoryOperand(Register.RAX + register, Register.None, 1, step, 8)));
                _value[register] += (ulong)(long)step;
                return;
            case 1:
                EmitOrFail(Instruction.Create(Code.Add_rm64_imm32, Register.RAX + register, step));
                _value[register] += (ulong)(long)step;
                return;
            case 2:
                int other = PickOf(set);
                EmitOrFail(Instruction.Create(_random.Percent(50) ? Code.Mov_r64_rm64 : Code.Xchg_rm64_r64, Register.RAX + register, Register.RAX + other));
                bool isExchange = _case.Marks[^1] is { } && Decode(_code[_case.Marks[^1].Offset.._code.Length]).Mnemonic == Mnemonic.Xchg;
                (_value[register], ulong old) = (_value[other], _value[register]);
                if (isExchange)
                    _value[other] = old;
                bool odd = ((_unaligned >> register) & 1) != 0, otherOdd = ((_unaligned >> other) & 1) != 0;
                SetUnaligned(register, otherOdd);
                if (isExchange)
                    SetUnaligned(other, odd);
                return;
            case 3:
                value = ReadOnlyWord(address);
                EmitOrFail(Instruction.Create(Code.Mov_r64_rm64, Register.RAX + register, new MemoryOperand(Register.None, (long)address, 8)));
                break;
            default:
                value = DirectPointer();
                EmitOrFail(_random.Percent(50)
                    ? Instruction.Create(Code.Mov_r64_imm64, Register.RAX + register, value)
                    : Instruction.Create(Code.Mov_r32_imm32, Register.EAX + register, (uint)value));
                break;
        }

        _value[register] = value;
        SetUnaligned(register, false);
    }

    private void SetUnaligned(int register, bool isUnaligned) =>
        _unaligned = isUnaligned ? _unaligned | (1 << register) : _unaligned & ~(1 << register);

    /// <summary>The case ends here.</summary>
    private void EmitFault()
    {
        switch (_random.Below(10))
        {
            case 0:
                EmitBytes(0x0F, 0x0B);
                break;
            case 1:
                EmitBytes(0xCC);
                break;
            case 2:
                EmitBytes(0xCD, _random.Of<byte>([3, 0x20, 0x2E, 0xFF, 0, 14]));
                break;
            case 3:
                EmitBytes(0xF4);
                break;
            case 4 or 5:
                EmitGeneral(_random.Of(_table.Privileged));
                break;
            case 6:
                // lock without memory, a bad opcode, ud1.
                EmitBytes(_random.Of<byte>([0x06, 0x0E, 0x1E, 0x27, 0x2F, 0x37, 0x3F, 0x60, 0x61, 0xD4, 0xD6]));
                break;
            case 7 when (_plain & DividedRegisters) == DividedRegisters:
                EmitOrFail(Instruction.Create(Code.Div_rm32, new MemoryOperand(Register.None, (long)(Layout.Data + (ulong)_random.Below(0x2000)), 8)));
                break;
            default:
                Instruction access = default;
                access.Code = _random.Of<Code>([Code.Mov_rm64_r64, Code.Mov_r64_rm64, Code.Add_rm32_r32, Code.Movups_xmmm128_xmm]);
                int memory = access.Code == Code.Mov_r64_rm64 ? 1 : 0;
                access.SetOpKind(memory, OpKind.Memory);
                access.SetOpKind(1 - memory, OpKind.Register);
                int register = PickOf(_plain);
                access.SetOpRegister(1 - memory, access.Code == Code.Movups_xmmm128_xmm ? Register.XMM3 : access.Code == Code.Add_rm32_r32 ? Register.EAX + register : Register.RAX + register);
                access.MemoryBase = Register.None;
                access.MemoryDisplSize = 8;
                access.MemoryDisplacement64 = 0x70000000 + (ulong)_random.Below(0x1000);
                Emit(access);
                break;
        }
    }
}
