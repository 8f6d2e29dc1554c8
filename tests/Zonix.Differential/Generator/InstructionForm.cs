using Iced.Intel;

namespace Zonix.Differential;

/// <summary>One encoding of an instruction, with what the generator must know of it.</summary>
public sealed class InstructionForm
{
    private static readonly HashSet<Mnemonic> s_aligned =
    [
        Mnemonic.Movaps, Mnemonic.Movapd, Mnemonic.Movdqa, Mnemonic.Movntps, Mnemonic.Movntpd, Mnemonic.Movntdq, Mnemonic.Movntdqa,
        Mnemonic.Vmovaps, Mnemonic.Vmovapd, Mnemonic.Vmovdqa, Mnemonic.Vmovdqa32, Mnemonic.Vmovdqa64, Mnemonic.Vmovntps,
        Mnemonic.Vmovntpd, Mnemonic.Vmovntdq, Mnemonic.Vmovntdqa, Mnemonic.Cmpxchg16b, Mnemonic.Cmpxchg8b, Mnemonic.Fxsave,
        Mnemonic.Fxsave64, Mnemonic.Fxrstor, Mnemonic.Fxrstor64, Mnemonic.Xchg,
    ];

    internal InstructionForm(Code code)
    {
        Code = code;
        Info = code.ToOpCode();
        Mnemonic = code.Mnemonic();
        Kinds = new OpCodeOperandKind[Info.OpCount];
        for (int i = 0; i < Kinds.Length; i++)
            Kinds[i] = Info.GetOpKind(i);
        IsVector = Info.Encoding is EncodingKind.VEX or EncodingKind.EVEX or EncodingKind.XOP;
        bool isLegacyVector = !IsVector && Array.Exists(Kinds, kind => kind is OpCodeOperandKind.xmm_or_mem or OpCodeOperandKind.xmm_reg);
        IsAligned = isLegacyVector || s_aligned.Contains(Mnemonic);
        IsBitTest = Mnemonic is Mnemonic.Bt or Mnemonic.Bts or Mnemonic.Btr or Mnemonic.Btc;
        Access = new OpAccess[Kinds.Length];
    }

    public Code Code { get; }

    internal Mnemonic Mnemonic { get; }

    internal OpCodeInfo Info { get; }

    internal OpCodeOperandKind[] Kinds { get; }

    /// <summary>How each operand is accessed; found when the form is first built.</summary>
    internal OpAccess[] Access { get; }

    internal bool HasAccess { get; set; }

    internal bool IsVector { get; }

    /// <summary>Its memory operand must be aligned.</summary>
    internal bool IsAligned { get; }

    /// <summary>Its memory operand is extended by a bit offset.</summary>
    internal bool IsBitTest { get; }

    internal bool IsWritten(int operand) => !HasAccess || Access[operand] is not (OpAccess.Read or OpAccess.CondRead or OpAccess.NoMemAccess or OpAccess.None);
}
