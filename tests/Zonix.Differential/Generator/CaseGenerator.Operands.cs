using Iced.Intel;
using Kind = Iced.Intel.OpCodeOperandKind;

namespace Zonix.Differential;

/// <summary>Random operands for a form.</summary>
public sealed partial class CaseGenerator
{
    private RflagsBits _undefinedBefore;

    /// <summary>Emits an instruction of a form that touches neither control, stack nor pointers. False when the choice did not work out.</summary>
    private bool EmitGeneral(InstructionForm form)
    {
        _wildUses = 0;
        Instruction instruction = default;
        instruction.Code = form.Code;
        bool isMemory = UsesMemory(form);
        for (int i = 0; i < form.Kinds.Length; i++)
        {
            if (!SetOperand(ref instruction, form, i, isMemory))
                return false;
        }

        if (form.Info.Encoding == EncodingKind.EVEX)
            Decorate(ref instruction, form, isMemory);
        if (isMemory)
        {
            SetMemory(ref instruction, form);
            if (form.Info.CanUseLockPrefix && instruction.Op0Kind == OpKind.Memory && _random.Percent(25))
                instruction.HasLockPrefix = true;
        }

        if (_checksAlignment && instruction.IsVsib)
            return false;
        NoteAccess(instruction, form);
        if (!IsSafe(instruction))
            return false;
        if ((instruction.RflagsRead & _undefined) != 0)
            DefineFlags();
        _undefinedBefore = _undefined;
        int start = _code.Length;
        if (!Emit(instruction))
            return false;
        if (_random.Percent(6))
            Mutate(start);
        return true;
    }

    private void NoteAccess(in Instruction instruction, InstructionForm form)
    {
        if (form.HasAccess)
            return;
        for (int i = 0; i < form.Kinds.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                // Of equal registers the access may be special (xor r, r).
                if (instruction.GetOpKind(i) == OpKind.Register && instruction.GetOpKind(j) == OpKind.Register && instruction.GetOpRegister(i) == instruction.GetOpRegister(j))
                    return;
            }
        }

        InstructionInfo info = _info.GetInfo(instruction);
        for (int i = 0; i < form.Kinds.Length; i++)
            form.Access[i] = info.GetOpAccess(i);
        form.HasAccess = true;
    }

    private bool UsesMemory(InstructionForm form)
    {
        foreach (Kind kind in form.Kinds)
        {
            switch (kind)
            {
                case Kind.mem or Kind.mem_offs or Kind.mem_mib or Kind.mem_mpx or Kind.mem_vsib32x or Kind.mem_vsib32y or Kind.mem_vsib32z
                    or Kind.mem_vsib64x or Kind.mem_vsib64y or Kind.mem_vsib64z:
                    return true;
                case Kind.r8_or_mem or Kind.r16_or_mem or Kind.r32_or_mem or Kind.r64_or_mem or Kind.mm_or_mem or Kind.xmm_or_mem
                    or Kind.ymm_or_mem or Kind.zmm_or_mem or Kind.k_or_mem:
                    return _random.Percent(45);
            }
        }

        return false;
    }

    private bool SetOperand(ref Instruction instruction, InstructionForm form, int i, bool isMemory)
    {
        Kind kind = form.Kinds[i];
        switch (kind)
        {
            case Kind.mem or Kind.mem_offs or Kind.mem_mib or Kind.mem_mpx:
                instruction.SetOpKind(i, OpKind.Memory);
                return true;
            case Kind.r8_or_mem or Kind.r16_or_mem or Kind.r32_or_mem or Kind.r64_or_mem or Kind.mm_or_mem or Kind.xmm_or_mem
                or Kind.ymm_or_mem or Kind.zmm_or_mem or Kind.k_or_mem when isMemory:
                instruction.SetOpKind(i, OpKind.Memory);
                return true;
            case Kind.mem_vsib32x or Kind.mem_vsib64x:
                return SetVectorIndex(ref instruction, i, Register.XMM0);
            case Kind.mem_vsib32y or Kind.mem_vsib64y:
                return SetVectorIndex(ref instruction, i, Register.YMM0);
            case Kind.mem_vsib32z or Kind.mem_vsib64z:
                return SetVectorIndex(ref instruction, i, Register.ZMM0);
            case >= Kind.imm4_m2z and <= Kind.imm64:
                SetImmediate(ref instruction, i, kind);
                return true;
        }

        Register register = form.IsBitTest && i == 1 && isMemory
            ? BitOffset(kind)
            : PickRegister(form, kind, form.IsWritten(i));
        if (register == Register.None)
            return false;
        instruction.SetOpKind(i, OpKind.Register);
        instruction.SetOpRegister(i, register);
        return true;
    }

    private bool SetVectorIndex(ref Instruction instruction, int i, Register first)
    {
        instruction.SetOpKind(i, OpKind.Memory);
        instruction.MemoryIndex = first + _indexVector;
        return instruction.Encoding == EncodingKind.EVEX || _indexVector < 16;
    }

    private Register BitOffset(Kind kind)
    {
        int register = PickOf(_indices);
        return (kind == Kind.r16_reg ? Register.AX : kind == Kind.r32_reg ? Register.EAX : Register.RAX) + register;
    }

    private void SetImmediate(ref Instruction instruction, int i, Kind kind)
    {
        ulong value = _random.Percent(50) ? (ulong)_random.Below(256) : InterestingValues.Word(_random);
        OpKind operand = kind switch
        {
            Kind.imm8sex16 => OpKind.Immediate8to16,
            Kind.imm8sex32 => OpKind.Immediate8to32,
            Kind.imm8sex64 => OpKind.Immediate8to64,
            Kind.imm16 => OpKind.Immediate16,
            Kind.imm32 => OpKind.Immediate32,
            Kind.imm32sex64 => OpKind.Immediate32to64,
            Kind.imm64 => OpKind.Immediate64,
            _ => OpKind.Immediate8,
        };
        if (operand == OpKind.Immediate8 && i > 0 && instruction.GetOpKind(i - 1) == OpKind.Immediate8)
            operand = OpKind.Immediate8_2nd;
        instruction.SetOpKind(i, operand);
        switch (operand)
        {
            case OpKind.Immediate8 when kind == Kind.imm8_const_1:
                instruction.Immediate8 = 1;
                break;
            case OpKind.Immediate8 when kind == Kind.imm4_m2z:
                instruction.Immediate8 = (byte)(value & 3);
                break;
            default:
                instruction.SetImmediate(i, operand switch
                {
                    OpKind.Immediate8 or OpKind.Immediate8_2nd => (byte)value,
                    OpKind.Immediate16 => (ushort)value,
                    OpKind.Immediate32 => (uint)value,
                    OpKind.Immediate64 => value,
                    OpKind.Immediate32to64 => (ulong)(long)(int)value,
                    _ => (ulong)(long)(sbyte)value,
                });
                break;
        }
    }

    private Register PickRegister(InstructionForm form, Kind kind, bool isWritten)
    {
        switch (kind)
        {
            case Kind.r8_or_mem or Kind.r8_reg or Kind.r8_opcode:
                return ByteRegister(PickGeneral(isWritten));
            case Kind.r16_or_mem or Kind.r16_reg or Kind.r16_rm or Kind.r16_opcode:
                return Register.AX + PickGeneral(isWritten);
            case Kind.r32_or_mem or Kind.r32_reg or Kind.r32_rm or Kind.r32_opcode or Kind.r32_vvvv:
                return Register.EAX + PickGeneral(isWritten);
            case Kind.r64_or_mem or Kind.r64_reg or Kind.r64_rm or Kind.r64_opcode or Kind.r64_vvvv:
                return Register.RAX + PickGeneral(isWritten);
            case Kind.al:
                return Register.AL;
            case Kind.cl:
                return Register.CL;
            case Kind.ax:
                return Register.AX;
            case Kind.dx:
                return Register.DX;
            case Kind.eax:
                return Register.EAX;
            case Kind.rax:
                return Register.RAX;
            case Kind.st0:
                return Register.ST0;
            case Kind.sti_opcode:
                return Register.ST0 + _random.Below(8);
            case Kind.seg_reg:
                return _random.Of<Register>([Register.ES, Register.CS, Register.SS, Register.DS, Register.FS, Register.GS]);
            case Kind.cr_reg:
                return _random.Of<Register>([Register.CR0, Register.CR2, Register.CR3, Register.CR4, Register.CR8]);
            case Kind.dr_reg:
                return Register.DR0 + _random.Below(8);
            case Kind.mm_or_mem or Kind.mm_reg or Kind.mm_rm:
                return Register.MM0 + _random.Below(8);
            case Kind.k_or_mem or Kind.k_reg or Kind.k_rm or Kind.k_vvvv:
                return Register.K0 + _random.Below(8);
            case Kind.kp1_reg:
                return Register.K0 + (_random.Below(4) * 2);
            case Kind.xmm_or_mem or Kind.xmm_reg or Kind.xmm_rm or Kind.xmm_vvvv or Kind.xmm_is4 or Kind.xmm_is5:
                return Register.XMM0 + PickVector(form, isWritten);
            case Kind.ymm_or_mem or Kind.ymm_reg or Kind.ymm_rm or Kind.ymm_vvvv or Kind.ymm_is4 or Kind.ymm_is5:
                return Register.YMM0 + PickVector(form, isWritten);
            case Kind.zmm_or_mem or Kind.zmm_reg or Kind.zmm_rm or Kind.zmm_vvvv:
                return Register.ZMM0 + PickVector(form, isWritten);
            default:
                return Register.None;
        }
    }

    private Register ByteRegister(int number)
    {
        if (number < 4)
            return _random.Percent(30) ? Register.AH + number : Register.AL + number;
        return Register.SPL + (number - 4);
    }

    private int PickGeneral(bool isWritten)
    {
        if (!isWritten)
            return _random.Percent(_favoursSpilled ? 70 : 25) ? _random.Of<int>([13, 14, 15, Rsp]) : _random.Below(16);
        return PickOf(_plain);
    }

    /// <summary>A random register of a set.</summary>
    private int PickOf(int set)
    {
        int special = set & 0xE000;
        if (special != 0 && _random.Percent(_favoursSpilled ? 70 : 25))
            set = special;
        int skip = _random.Below(System.Numerics.BitOperations.PopCount((uint)set));
        for (; skip > 0; skip--)
            set &= set - 1;
        return System.Numerics.BitOperations.TrailingZeroCount(set);
    }

    private int PickVector(InstructionForm form, bool isWritten)
    {
        int count = form.Info.Encoding == EncodingKind.EVEX ? 32 : 16;
        int number;
        do
            number = _random.Percent(40) ? _random.Below(4) : _random.Below(count);
        while (isWritten && number == _indexVector);
        return number;
    }

    private void Decorate(ref Instruction instruction, InstructionForm form, bool isMemory)
    {
        OpCodeInfo info = form.Info;
        if (info.RequireOpMaskRegister || (info.CanUseOpMaskRegister && _random.Percent(50)))
        {
            instruction.OpMask = Register.K1 + _random.Below(7);
            if (info.CanUseZeroingMasking && instruction.Op0Kind != OpKind.Memory && _random.Percent(40))
                instruction.ZeroingMasking = true;
        }

        if (isMemory)
        {
            if (info.CanBroadcast && _random.Percent(40))
                instruction.IsBroadcast = true;
        }
        else if (info.CanUseRoundingControl && _random.Percent(20))
        {
            instruction.RoundingControl = RoundingControl.RoundToNearest + _random.Below(4);
        }
        else if (info.CanSuppressAllExceptions && _random.Percent(20))
        {
            instruction.SuppressAllExceptions = true;
        }
    }
}
