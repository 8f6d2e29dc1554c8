using Iced.Intel;

namespace Zonix.Differential;

/// <summary>
/// Sequences of x87 code, as programs of i386 have for all that is floating point: loads and stores of every format, arithmetic, comparisons, in
/// every precision and rounding. What is exact by IEEE 754 only; results are compared in memory and in flags, and the stack is empty behind.
/// </summary>
internal sealed partial class I386Generator
{
    private const int MaxDepth = 5;

    private static ReadOnlySpan<Code> Loads => [Code.Fld_m32fp, Code.Fld_m64fp, Code.Fild_m16int, Code.Fild_m32int, Code.Fild_m64int];

    private static ReadOnlySpan<Code> Stores =>
    [
        Code.Fstp_m32fp, Code.Fstp_m64fp, Code.Fstp_m80fp, Code.Fistp_m16int, Code.Fistp_m32int, Code.Fistp_m64int, Code.Fisttp_m16int,
        Code.Fisttp_m32int, Code.Fisttp_m64int,
    ];

    private static ReadOnlySpan<Code> WithMemory =>
    [
        Code.Fadd_m32fp, Code.Fadd_m64fp, Code.Fmul_m32fp, Code.Fmul_m64fp, Code.Fsub_m32fp, Code.Fsub_m64fp, Code.Fsubr_m32fp, Code.Fsubr_m64fp,
        Code.Fdiv_m32fp, Code.Fdiv_m64fp, Code.Fdivr_m32fp, Code.Fdivr_m64fp, Code.Fiadd_m32int, Code.Fiadd_m16int, Code.Fimul_m32int,
        Code.Fimul_m16int, Code.Fisub_m32int, Code.Fisubr_m16int, Code.Fidiv_m32int, Code.Fidivr_m16int, Code.Fst_m32fp, Code.Fst_m64fp,
        Code.Fist_m16int, Code.Fist_m32int,
    ];

    private void EmitX87()
    {
        // fldcw [ebx + d]: precision and rounding.
        bool isControlled = _random.Percent(40);
        if (isControlled)
        {
            ReadOnlySpan<uint> precisions = [0, 2, 3];
            uint control = 0x7F | (_random.Of(precisions) << 8) | ((uint)_random.Below(4) << 10);
            byte at = StorePair(control, 0);
            EmitBytes(0xD9, 0x6B, at);
        }

        int depth = 0;
        for (int i = _random.Between(3, 10); i > 0; i--)
            EmitX87Step(ref depth);
        for (; depth > 0; depth--)
            EmitMemoryForm(_random.Of(Stores));
        if (isControlled)
            EmitBytes(0xDB, 0xE3); // fninit
    }

    private void EmitX87Step(ref int depth)
    {
        int choice = _random.Below(12);
        if (depth == 0 || (choice < 3 && depth < MaxDepth))
        {
            depth++;
            if (_random.Percent(75))
                EmitMemoryForm(_random.Of(Loads));
            else
                EmitBytes(0xD9, _random.Of<byte>([0xE8, 0xEE])); // fld1, fldz
            return;
        }

        byte other = (byte)_random.Below(depth);
        switch (choice)
        {
            case < 6:
                EmitMemoryForm(_random.Of(WithMemory));
                break;
            case 6:
                // fadd, fmul, fsub, fsubr, fdiv, fdivr with st(i), into st or st(i)
                EmitBytes(_random.Percent(50) ? (byte)0xD8 : (byte)0xDC, (byte)(_random.Of<byte>([0xC0, 0xC8, 0xE0, 0xE8, 0xF0, 0xF8]) | other));
                break;
            case 7 when depth > 1:
                EmitBytes(0xDE, (byte)(_random.Of<byte>([0xC0, 0xC8, 0xE0, 0xE8, 0xF0, 0xF8]) | Math.Max((byte)1, other)));
                depth--;
                break;
            case 8:
                EmitBytes(0xD9, (byte)(0xC8 | other)); // fxch
                break;
            case 9:
                EmitBytes(0xD9, _random.Of<byte>([0xE0, 0xE1, 0xFA, 0xFC])); // fchs, fabs, fsqrt, frndint
                break;
            case 10:
                EmitBytes(0xDB, (byte)((_random.Percent(50) ? 0xE8 : 0xF0) | other)); // fucomi, fcomi
                break;
            default:
                // fucom, fnstsw ax, sahf: how comparisons were made before the Pentium Pro
                EmitBytes(0xDD, (byte)(0xE0 | other));
                EmitBytes(0xDF, 0xE0);
                EmitBytes(0x9E);
                SetRegister(0, (uint)InterestingValues.Word(_random));
                break;
        }
    }
}
