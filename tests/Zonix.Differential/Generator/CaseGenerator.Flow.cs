using Iced.Intel;

namespace Zonix.Differential;

/// <summary>Jumps, loops and calls; all of them end.</summary>
public sealed partial class CaseGenerator
{
    private static readonly Code[] s_shortJumps =
    [
        Code.Jo_rel8_64, Code.Jno_rel8_64, Code.Jb_rel8_64, Code.Jae_rel8_64, Code.Je_rel8_64, Code.Jne_rel8_64, Code.Jbe_rel8_64, Code.Ja_rel8_64,
        Code.Js_rel8_64, Code.Jns_rel8_64, Code.Jp_rel8_64, Code.Jnp_rel8_64, Code.Jl_rel8_64, Code.Jge_rel8_64, Code.Jle_rel8_64, Code.Jg_rel8_64,
    ];

    private static readonly Code[] s_nearJumps =
    [
        Code.Jo_rel32_64, Code.Jno_rel32_64, Code.Jb_rel32_64, Code.Jae_rel32_64, Code.Je_rel32_64, Code.Jne_rel32_64, Code.Jbe_rel32_64,
        Code.Ja_rel32_64, Code.Js_rel32_64, Code.Jns_rel32_64, Code.Jp_rel32_64, Code.Jnp_rel32_64, Code.Jl_rel32_64, Code.Jge_rel32_64,
        Code.Jle_rel32_64, Code.Jg_rel32_64,
    ];

    private void EmitFlow()
    {
        if (_code.Length > Layout.MaxCode - 350)
            return;
        bool wasNested = _isNested, wasProtected = _stackIsProtected;
        _isNested = true;
        // Targets of returns and indirect jumps are loaded without alignment checks.
        switch (_random.Below(wasNested || _checksAlignment ? 4 : 11))
        {
            case < 3:
                EmitForwardJump();
                break;
            case 3:
                EmitCounterJump();
                break;
            case 4 or 5 or 6:
                EmitLoop();
                break;
            case 7 or 8:
                EmitCall();
                break;
            default:
                EmitIndirectJump();
                break;
        }

        _isNested = wasNested;
        _stackIsProtected = wasProtected;
    }

    /// <summary>A jump whose displacement is filled in later: the offset of the displacement's end.</summary>
    private int EmitOpenJump(Code code)
    {
        EmitOrFail(Instruction.CreateBranch(code, Here + 2));
        return _code.Length;
    }

    private void Close(int end, bool isShort)
    {
        int distance = _code.Length - end;
        if (isShort)
            _code.PatchByte(end - 1, distance);
        else
            _code.PatchInt32(end - 4, distance);
    }

    private void EmitForwardJump()
    {
        bool isShort = _random.Percent(60), isConditional = _random.Percent(80);
        Code code = isConditional ? _random.Of(isShort ? s_shortJumps : s_nearJumps) : isShort ? Code.Jmp_rel8_64 : Code.Jmp_rel32_64;
        int jump = EmitOpenJump(code);
        RflagsBits taken = _undefined;
        EmitBody(isShort ? 3 : 6);
        Close(jump, isShort);
        _undefined |= taken;
    }

    private void EmitCounterJump()
    {
        int jump = EmitOpenJump(_random.Percent(70) ? Code.Jrcxz_rel8_64 : Code.Jecxz_rel8_64);
        RflagsBits taken = _undefined;
        EmitBody(2);
        Close(jump, isShort: true);
        _undefined |= taken;
    }

    // At most 120 bytes if count is at most 3.
    private void EmitBody(int count)
    {
        int start = _code.Length;
        for (int i = _random.Between(0, count); i > 0; i--)
        {
            if (count <= 3 && _code.Length - start > 60)
                break;
            if (count > 3 && _random.Percent(10))
                EmitStackStep();
            else
                EmitPlainStep();
        }
    }

    private void EmitLoop()
    {
        if ((_plain & (1 << Rcx)) == 0 || (_plain & ~(1 << Rcx)) == 0)
            return;
        EmitOrFail(Instruction.Create(Code.Mov_r32_imm32, Register.ECX, _random.Between(1, 5)));
        _plain &= ~(1 << Rcx);
        EmitOrFail(Instruction.Create(Code.Cmp_rm64_r64, Register.RAX + _random.Below(16), Register.RAX + _random.Below(16)));
        int top = _code.Length;
        // Loops that use r13-r15 most get them in host registers.
        bool isHot = _random.Percent(50), favoured = _favoursSpilled;
        _favoursSpilled |= isHot;
        EmitBody(isHot ? 8 : 3);
        if (isHot && _random.Percent(40))
        {
            EmitForwardJump();
            EmitBody(3);
        }

        _favoursSpilled = favoured;
        DefineFlags();
        _plain |= 1 << Rcx;
        ulong target = _case.CodeAddress + (ulong)top;
        bool isNear = _code.Length - top < 110;
        if (isNear && _random.Percent(50))
        {
            EmitOrFail(Instruction.CreateBranch(_random.Of<Code>([Code.Loop_rel8_64_RCX, Code.Loop_rel8_64_ECX, Code.Loope_rel8_64_RCX, Code.Loopne_rel8_64_RCX]), target));
            return;
        }

        EmitOrFail(_random.Percent(50) ? Instruction.Create(Code.Dec_rm32, Register.ECX) : Instruction.Create(Code.Sub_rm64_imm8, Register.RCX, 1));
        EmitOrFail(Instruction.CreateBranch(!isNear || _random.Percent(50) ? Code.Jne_rel32_64 : Code.Jne_rel8_64, target));
    }

    /// <summary>A call of a function that lies behind the call, and a jump over it.</summary>
    private void EmitCall()
    {
        int register = PickOf(_plain);
        int style = _random.Below(4), address = 0, call = 0;
        if (style > 0)
            address = EmitOpenAddress(register);
        switch (style)
        {
            case 0:
                call = EmitOpenJump(Code.Call_rel32_64);
                break;
            case 1:
                EmitOrFail(Instruction.Create(Code.Call_rm64, Register.RAX + register));
                break;
            default:
                EmitThroughMemory(Code.Call_rm64, register);
                break;
        }

        int over = EmitOpenJump(Code.Jmp_rel32_64);
        if (style == 0)
            Close(call, isShort: false);
        else
            Close(address, isShort: false);
        MoveStack(-8);
        _stackIsProtected = true;
        EmitBody(5);
        MoveStack(8);
        if (_random.Percent(80))
        {
            EmitOrFail(Instruction.Create(Code.Retnq));
        }
        else
        {
            int extra = _random.Below(4) * 8;
            EmitOrFail(Instruction.Create(Code.Retnq_imm16, extra));
            MoveStack(extra);
        }

        Close(over, isShort: false);
    }

    /// <summary>Stores an address in memory and jumps to it or calls it from there.</summary>
    private void EmitThroughMemory(Code code, int register)
    {
        Instruction transfer = default;
        transfer.Code = code;
        // Only pointers whose value is certain.
        if ((_pointers & ~_unaligned & ~(1 << Rsp)) != 0)
        {
            ulong target = Layout.Data + (ulong)_random.Below(0x2800);
            transfer.Op0Kind = OpKind.Memory;
            SetAddress(ref transfer, target, 16, -1);
            EmitOrFail(Instruction.Create(Code.Mov_rm64_r64, new MemoryOperand(Register.None, (long)target, 8), Register.RAX + register));
            if (Emit(transfer))
                return;
        }

        EmitOrFail(Instruction.Create(code, Register.RAX + register));
    }

    /// <summary>lea register, [rip + ...] of a place to be told: the offset of the displacement's end.</summary>
    private int EmitOpenAddress(int register)
    {
        EmitOrFail(Instruction.Create(Code.Lea_r64_m, Register.RAX + register, new MemoryOperand(Register.RIP, (long)Here, 8)));
        return _code.Length;
    }

    private void EmitIndirectJump()
    {
        int register = PickOf(_plain);
        int address = EmitOpenAddress(register);
        switch (_random.Below(4))
        {
            case 0:
                EmitOrFail(Instruction.Create(Code.Push_r64, Register.RAX + register));
                EmitOrFail(Instruction.Create(Code.Retnq));
                break;
            case 1:
                EmitThroughMemory(Code.Jmp_rm64, register);
                break;
            default:
                EmitOrFail(Instruction.Create(Code.Jmp_rm64, Register.RAX + register));
                break;
        }

        // What is jumped over is never executed, and need not even be code.
        for (int i = _random.Below(12); i > 0; i--)
            _code.WriteByte((byte)_random.Next());
        Close(address, isShort: false);
    }
}
