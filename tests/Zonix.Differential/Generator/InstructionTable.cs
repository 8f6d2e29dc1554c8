using Iced.Intel;

namespace Zonix.Differential;

/// <summary>The forms that are generated, sorted by how.</summary>
public sealed class InstructionTable
{
    private static readonly HashSet<Mnemonic> s_common =
    [
        Mnemonic.Mov, Mnemonic.Movzx, Mnemonic.Movsx, Mnemonic.Movsxd, Mnemonic.Lea, Mnemonic.Add, Mnemonic.Adc, Mnemonic.Sub, Mnemonic.Sbb,
        Mnemonic.And, Mnemonic.Or, Mnemonic.Xor, Mnemonic.Cmp, Mnemonic.Test, Mnemonic.Inc, Mnemonic.Dec, Mnemonic.Neg, Mnemonic.Not,
        Mnemonic.Shl, Mnemonic.Shr, Mnemonic.Sar, Mnemonic.Rol, Mnemonic.Ror, Mnemonic.Rcl, Mnemonic.Rcr, Mnemonic.Shld, Mnemonic.Shrd,
        Mnemonic.Imul, Mnemonic.Mul, Mnemonic.Bt, Mnemonic.Bts, Mnemonic.Btr, Mnemonic.Btc, Mnemonic.Sete, Mnemonic.Setb, Mnemonic.Setl,
        Mnemonic.Cmove, Mnemonic.Cmovb, Mnemonic.Cmovle, Mnemonic.Cmovp, Mnemonic.Cmovs, Mnemonic.Xchg, Mnemonic.Xadd, Mnemonic.Cmpxchg, Mnemonic.Bswap,
        Mnemonic.Cdq, Mnemonic.Cqo, Mnemonic.Cdqe, Mnemonic.Cwde, Mnemonic.Bsf, Mnemonic.Bsr, Mnemonic.Tzcnt, Mnemonic.Lzcnt, Mnemonic.Popcnt,
        Mnemonic.Movaps, Mnemonic.Movups, Mnemonic.Movdqa, Mnemonic.Movdqu, Mnemonic.Movd, Mnemonic.Movq, Mnemonic.Movss, Mnemonic.Addss,
        Mnemonic.Addsd, Mnemonic.Mulsd, Mnemonic.Divsd, Mnemonic.Cvtsi2sd, Mnemonic.Cvttsd2si, Mnemonic.Ucomisd, Mnemonic.Comiss,
        Mnemonic.Pxor, Mnemonic.Paddd, Mnemonic.Pcmpeqb, Mnemonic.Pmovmskb, Mnemonic.Pshufd, Mnemonic.Punpcklqdq, Mnemonic.Andn, Mnemonic.Shlx,
        Mnemonic.Sarx, Mnemonic.Shrx, Mnemonic.Rorx, Mnemonic.Bextr, Mnemonic.Pext, Mnemonic.Pdep, Mnemonic.Mulx, Mnemonic.Bzhi, Mnemonic.Adcx, Mnemonic.Adox,
        Mnemonic.Crc32, Mnemonic.Movbe, Mnemonic.Lahf, Mnemonic.Sahf, Mnemonic.Cmc, Mnemonic.Stc, Mnemonic.Clc,
    ];

    // What the generator places itself, because it must know what happens to pointers, flags or control.
    private static readonly HashSet<Mnemonic> s_placed =
    [
        Mnemonic.Enter, Mnemonic.Leave, Mnemonic.Xlatb, Mnemonic.Maskmovq, Mnemonic.Maskmovdqu, Mnemonic.Vmaskmovdqu, Mnemonic.Std, Mnemonic.Cld,
        Mnemonic.Fnstenv, Mnemonic.Fnsave, Mnemonic.Fstenv, Mnemonic.Fsave, Mnemonic.Fldenv, Mnemonic.Frstor, Mnemonic.Fxsave, Mnemonic.Fxsave64,
        Mnemonic.Fxrstor, Mnemonic.Fxrstor64, Mnemonic.Ldmxcsr, Mnemonic.Vldmxcsr, Mnemonic.Fldcw, Mnemonic.Wrfsbase, Mnemonic.Wrgsbase,
        Mnemonic.Int, Mnemonic.Int3, Mnemonic.Into, Mnemonic.Div, Mnemonic.Idiv, Mnemonic.Hlt, Mnemonic.Ud0, Mnemonic.Ud1, Mnemonic.Ud2,
    ];

    private readonly bool[] _isGeneral = new bool[Enum.GetValues<Code>().Length];

    public InstructionTable()
    {
        foreach (Code code in Enum.GetValues<Code>())
        {
            string? reason = Exclusions.Reason(code);
            if (reason is not null)
            {
                if (code.ToOpCode() is { IsInstruction: true, Mode64: true })
                    Excluded.Add((code, reason));
                continue;
            }

            var form = new InstructionForm(code);
            if (IsPlaced(form))
                continue;
            if (form.Info.MustBeCpl0 || !form.Info.Cpl3 || form.Info.IsPrivileged || form.Info.IsInputOutput)
                Privileged.Add(form);
            else
                Add(form);
        }
    }

    public List<(Code Code, string Reason)> Excluded { get; } = [];

    /// <summary>Forms without effect on control and stack.</summary>
    public List<InstructionForm> General { get; } = [];

    /// <summary>Those of them that programs are made of.</summary>
    public List<InstructionForm> Common { get; } = [];

    /// <summary>Forms that this CPU does not know: they must be undefined for guests, too.</summary>
    public List<InstructionForm> Unsupported { get; } = [];

    /// <summary>Forms that user mode may not execute.</summary>
    public List<InstructionForm> Privileged { get; } = [];

    internal bool IsGeneral(Code code) => _isGeneral[(int)code];

    /// <summary>Takes out what turned out to be undefined on this CPU.</summary>
    public void RemoveUnsupported(IReadOnlySet<Code> codes)
    {
        foreach (InstructionForm form in General)
        {
            if (codes.Contains(form.Code))
            {
                Unsupported.Add(form);
                _isGeneral[(int)form.Code] = false;
            }
        }

        foreach (InstructionForm form in Privileged)
        {
            if (codes.Contains(form.Code))
                Excluded.Add((form.Code, "privileged, and unknown to this CPU: guests get a protection fault"));
        }

        Privileged.RemoveAll(form => codes.Contains(form.Code));
        General.RemoveAll(form => codes.Contains(form.Code));
        Common.RemoveAll(form => codes.Contains(form.Code));
    }

    private static bool IsPlaced(InstructionForm form)
    {
        Instruction instruction = default;
        instruction.Code = form.Code;
        return s_placed.Contains(form.Mnemonic) || instruction.FlowControl is not FlowControl.Next || form.Info.IsStackInstruction
            || instruction.IsStringInstruction && !IsVectorMove(form) || form.Mnemonic is Mnemonic.Insb or Mnemonic.Outsb;
    }

    // movsd is a string instruction and a vector move.
    private static bool IsVectorMove(InstructionForm form) =>
        Array.Exists(form.Kinds, kind => kind is OpCodeOperandKind.xmm_reg or OpCodeOperandKind.xmm_or_mem or OpCodeOperandKind.xmm_rm);

    private void Add(InstructionForm form)
    {
        General.Add(form);
        _isGeneral[(int)form.Code] = true;
        if (s_common.Contains(form.Mnemonic))
            Common.Add(form);
    }
}
