using Iced.Intel;

namespace Zonix.Differential;

/// <summary>x87 code: few forms, as emulators differ from CPUs with NaNs and with a stack that is empty.</summary>
internal sealed partial class I386Generator
{
    /// <summary>An x87 sequence that leaves the stack empty: integers, so that the result is exact.</summary>
    private void EmitX87()
    {
        EmitMemoryForm(Code.Fild_m32int);
        EmitBytes(0xD9, 0xE8); // fld1
        EmitBytes(0xDE, (byte)(_random.Percent(50) ? 0xC1 : 0xE9)); // faddp, fsubp
        EmitMemoryForm(Code.Fistp_m64int);
    }
}
