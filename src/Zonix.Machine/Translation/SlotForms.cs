using Iced.Intel;

namespace Zonix.Machine;

/// <summary>Encodings of an instruction whose register operand is to be replaced by memory.</summary>
internal static class SlotForms
{
    /// <summary>The form whose second operand may be memory.</summary>
    internal static bool TryLoadForm(in Instruction instruction, out Code code)
    {
        bool wide = instruction.Op1Register.IsGPR64();
        code = instruction.Mnemonic switch
        {
            Mnemonic.Mov => wide ? Code.Mov_r64_rm64 : Code.Mov_r32_rm32,
            Mnemonic.Add => wide ? Code.Add_r64_rm64 : Code.Add_r32_rm32,
            Mnemonic.Sub => wide ? Code.Sub_r64_rm64 : Code.Sub_r32_rm32,
            Mnemonic.And => wide ? Code.And_r64_rm64 : Code.And_r32_rm32,
            Mnemonic.Or => wide ? Code.Or_r64_rm64 : Code.Or_r32_rm32,
            Mnemonic.Xor => wide ? Code.Xor_r64_rm64 : Code.Xor_r32_rm32,
            Mnemonic.Cmp => wide ? Code.Cmp_r64_rm64 : Code.Cmp_r32_rm32,
            Mnemonic.Adc => wide ? Code.Adc_r64_rm64 : Code.Adc_r32_rm32,
            Mnemonic.Sbb => wide ? Code.Sbb_r64_rm64 : Code.Sbb_r32_rm32,
            _ => Code.INVALID,
        };
        if (code != Code.INVALID)
            return (wide && instruction.Op0Register.IsGPR64()) || (instruction.Op1Register.IsGPR32() && instruction.Op0Register.IsGPR32());
        switch (instruction.Code)
        {
            case Code.Imul_r32_rm32 or Code.Imul_r64_rm64 or Code.Movsxd_r64_rm32
                or Code.Movzx_r32_rm8 or Code.Movzx_r32_rm16 or Code.Movsx_r32_rm8 or Code.Movsx_r32_rm16 or Code.Movsx_r64_rm8 or Code.Movsx_r64_rm16:
                code = instruction.Code;
                return true;
            default:
                return false;
        }
    }

    /// <summary>The form whose first operand may be memory, of an instruction that only reads it.</summary>
    internal static bool TryCompareForm(in Instruction instruction, out Code code)
    {
        code = instruction.Code switch
        {
            Code.Cmp_r8_rm8 or Code.Cmp_rm8_r8 => Code.Cmp_rm8_r8,
            Code.Cmp_r16_rm16 or Code.Cmp_rm16_r16 => Code.Cmp_rm16_r16,
            Code.Cmp_r32_rm32 or Code.Cmp_rm32_r32 => Code.Cmp_rm32_r32,
            Code.Test_rm8_r8 or Code.Test_rm16_r16 or Code.Test_rm32_r32 or Code.Cmp_rm8_imm8 or Code.Cmp_rm16_imm16
                or Code.Cmp_rm16_imm8 or Code.Cmp_rm32_imm8 or Code.Cmp_rm32_imm32 or Code.Test_rm8_imm8 or Code.Test_rm16_imm16
                or Code.Test_rm32_imm32 => instruction.Code,
            _ => Code.INVALID,
        };
        return code != Code.INVALID;
    }

    /// <summary>The form whose first operand, a 64-bit register, may be memory.</summary>
    internal static bool TryStoreForm(in Instruction instruction, out Code code)
    {
        code = instruction.Code;
        if (instruction.OpCount == 2 && instruction.Op1Kind == OpKind.Register)
        {
            if (!instruction.Op1Register.IsGPR64())
                return false;
            code = instruction.Mnemonic switch
            {
                Mnemonic.Mov => Code.Mov_rm64_r64,
                Mnemonic.Add => Code.Add_rm64_r64,
                Mnemonic.Sub => Code.Sub_rm64_r64,
                Mnemonic.And => Code.And_rm64_r64,
                Mnemonic.Or => Code.Or_rm64_r64,
                Mnemonic.Xor => Code.Xor_rm64_r64,
                Mnemonic.Cmp => Code.Cmp_rm64_r64,
                Mnemonic.Test => Code.Test_rm64_r64,
                _ => Code.INVALID,
            };
            return code != Code.INVALID;
        }

        return code is Code.Add_rm64_imm8 or Code.Add_rm64_imm32 or Code.Sub_rm64_imm8 or Code.Sub_rm64_imm32 or Code.And_rm64_imm8
            or Code.And_rm64_imm32 or Code.Or_rm64_imm8 or Code.Or_rm64_imm32 or Code.Xor_rm64_imm8 or Code.Xor_rm64_imm32
            or Code.Cmp_rm64_imm8 or Code.Cmp_rm64_imm32 or Code.Test_rm64_imm32 or Code.Mov_rm64_imm32 or Code.Inc_rm64 or Code.Dec_rm64
            or Code.Neg_rm64 or Code.Not_rm64 or Code.Shl_rm64_imm8 or Code.Shr_rm64_imm8 or Code.Sar_rm64_imm8;
    }
}
