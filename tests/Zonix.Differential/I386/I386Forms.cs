using Iced.Intel;

namespace Zonix.Differential;

/// <summary>The forms of i386 code that are generated as they are: without effect on control, stack and segments.</summary>
internal static class I386Forms
{
    private static readonly HashSet<CpuidFeature> s_features =
    [
        CpuidFeature.INTEL8086, CpuidFeature.INTEL186, CpuidFeature.INTEL286, CpuidFeature.INTEL386, CpuidFeature.INTEL486, CpuidFeature.CMOV,
        CpuidFeature.CX8, CpuidFeature.SSE, CpuidFeature.SSE2, CpuidFeature.SSE3, CpuidFeature.SSSE3, CpuidFeature.SSE4_1, CpuidFeature.SSE4_2,
        CpuidFeature.AVX, CpuidFeature.AVX2, CpuidFeature.BMI1, CpuidFeature.BMI2, CpuidFeature.ADX, CpuidFeature.MOVBE, CpuidFeature.POPCNT,
        CpuidFeature.LZCNT,
    ];

    // Placed by the generator, not of the same effect everywhere, or of no interest.
    private static readonly HashSet<Mnemonic> s_others =
    [
        Mnemonic.Xlatb, Mnemonic.Maskmovdqu, Mnemonic.Vmaskmovdqu, Mnemonic.Cpuid, Mnemonic.Hlt, Mnemonic.Std, Mnemonic.Cld, Mnemonic.Lar, Mnemonic.Lsl,
        Mnemonic.Verr, Mnemonic.Verw, Mnemonic.Arpl, Mnemonic.Bound, Mnemonic.Sldt, Mnemonic.Str, Mnemonic.Smsw, Mnemonic.Sgdt, Mnemonic.Sidt,
        Mnemonic.Les, Mnemonic.Lds, Mnemonic.Lss, Mnemonic.Lfs, Mnemonic.Lgs, Mnemonic.Ldmxcsr, Mnemonic.Vldmxcsr, Mnemonic.Stmxcsr, Mnemonic.Vstmxcsr,
        Mnemonic.Cli, Mnemonic.Sti, Mnemonic.Clts, Mnemonic.Vzeroall, Mnemonic.Enter, Mnemonic.Leave, Mnemonic.Wait, Mnemonic.Cmpxchg8b,
        // What the flags hold behind them is for no program to know, and emulators differ.
        Mnemonic.Bsf, Mnemonic.Bsr, Mnemonic.Pcmpestri, Mnemonic.Pcmpestrm, Mnemonic.Pcmpistri, Mnemonic.Pcmpistrm, Mnemonic.Vpcmpestri,
        Mnemonic.Vpcmpestrm, Mnemonic.Vpcmpistri, Mnemonic.Vpcmpistrm,
    ];

    /// <summary>
    /// Results that are undefined, or that qemu 7.2 gets wrong: the carry of blsi, aliases of test, bswap of 16 bits, rotations through the carry
    /// by more than their width.
    /// </summary>
    private static bool IsDifferent(Code code) => code.Mnemonic() == Mnemonic.Blsi || code is
        Code.Bswap_r16 or Code.Test_rm8_imm8_F6r1 or Code.Test_rm16_imm16_F7r1 or Code.Test_rm32_imm32_F7r1
        or Code.Shld_rm16_r16_CL or Code.Shld_rm16_r16_imm8 or Code.Shrd_rm16_r16_CL or Code.Shrd_rm16_r16_imm8
        or Code.Rcl_rm8_imm8 or Code.Rcl_rm8_CL or Code.Rcl_rm16_imm8 or Code.Rcl_rm16_CL
        or Code.Rcr_rm8_imm8 or Code.Rcr_rm8_CL or Code.Rcr_rm16_imm8 or Code.Rcr_rm16_CL;

    internal static List<InstructionForm> Make()
    {
        List<InstructionForm> forms = [];
        foreach (Code code in Enum.GetValues<Code>())
        {
            OpCodeInfo info = code.ToOpCode();
            if (!info.IsInstruction || !info.Mode32 || info.DecoderOption != DecoderOptions.None || info.Encoding is not (EncodingKind.Legacy or EncodingKind.VEX)
                || s_others.Contains(code.Mnemonic()) || IsDifferent(code) || !info.Cpl3 || info.IsPrivileged || info.IsInputOutput || info.IsStackInstruction)
            {
                continue;
            }

            var form = new InstructionForm(code);
            Instruction instruction = default;
            instruction.Code = code;
            if (instruction.FlowControl != FlowControl.Next || instruction.IsStringInstruction || !IsWanted(code) || !Array.TrueForAll(form.Kinds, I386Operands.IsKnown))
                continue;
            forms.Add(form);
        }

        return forms;
    }

    /// <summary>Whether emulators know it, and agree with CPUs on its result: moves and integers, but no floating point.</summary>
    private static bool IsWanted(Code code)
    {
        foreach (CpuidFeature feature in code.CpuidFeatures())
        {
            if (!s_features.Contains(feature))
                return false;
        }

        string name = code.Mnemonic().ToString();
        bool isVector = code.ToOpCode().Encoding == EncodingKind.VEX || Array.Exists([.. code.CpuidFeatures()], feature => feature.ToString().StartsWith("SSE", StringComparison.Ordinal));
        if (!isVector || code.ToOpCode().GetOpKind(0) is OpCodeOperandKind.r32_reg or OpCodeOperandKind.r32_vvvv or OpCodeOperandKind.r32_or_mem)
            return !name.Contains("cvt", StringComparison.OrdinalIgnoreCase);
        string plain = name.StartsWith('V') ? name[1..] : name;
        return plain.StartsWith("p", StringComparison.OrdinalIgnoreCase) || plain.StartsWith("mov", StringComparison.OrdinalIgnoreCase)
            || plain.StartsWith("shuf", StringComparison.OrdinalIgnoreCase) || plain.StartsWith("unpck", StringComparison.OrdinalIgnoreCase)
            || plain.StartsWith("xor", StringComparison.OrdinalIgnoreCase) || plain.StartsWith("and", StringComparison.OrdinalIgnoreCase);
    }
}
