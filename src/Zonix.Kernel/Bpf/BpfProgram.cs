using static Zonix.Kernel.Bpf.BpfOpcode;

namespace Zonix.Kernel.Bpf;

/// <summary>
/// A checked program of classic BPF: an accumulator, an index register, 16 words of memory, jumps that only go forward. bpf(4).
/// </summary>
public sealed class BpfProgram
{
    /// <summary>The longest program.</summary>
    public const int MaxLength = 4096;

    internal const int MemoryWords = 16;
    private readonly BpfInstruction[] instructions;

    private BpfProgram(BpfInstruction[] instructions) => this.instructions = instructions;

    /// <summary>How many instructions it has.</summary>
    public int Length => instructions.Length;

    /// <summary>Its instructions, as they were given. SO_GET_FILTER.</summary>
    public ReadOnlySpan<BpfInstruction> Instructions => instructions;

    /// <summary>Takes a program if nothing it does can go wrong; null: EINVAL.</summary>
    public static BpfProgram? Create(BpfInstruction[] instructions, BpfUse use)
    {
        ArgumentNullException.ThrowIfNull(instructions);
        return BpfCheck.Passes(instructions, use) ? new BpfProgram(instructions) : null;
    }

    /// <summary>Runs it and answers what it returns.</summary>
    public uint Run<TData>(TData data)
        where TData : struct, IBpfData, allows ref struct
    {
        Span<uint> memory = stackalloc uint[MemoryWords];
        uint a = 0, x = 0;
        for (int at = 0; ; at++)
        {
            ref readonly BpfInstruction i = ref instructions[at];
            uint k = i.Constant;
            switch (i.Code)
            {
                case RET_K:
                    return k;
                case RET_A:
                    return a;
                case LD_ABS or LD_ABS_HALF or LD_ABS_BYTE:
                    if (!data.TryLoad(WidthOf(i.Code), k, out a))
                        return 0;
                    break;
                case LD_IND or LD_IND_HALF or LD_IND_BYTE:
                    if (!data.TryLoad(WidthOf(i.Code), k + x, out a))
                        return 0;
                    break;
                case LDX_MSH:
                    if (!data.TryLoad(1, k, out x))
                        return 0;
                    x = (x & 0xF) * 4;
                    break;
                case LD_IMM or LD_MEM or LD_LEN:
                    a = i.Code == LD_IMM ? k : i.Code == LD_MEM ? memory[(int)k] : data.Length;
                    break;
                case LDX_IMM or LDX_MEM or LDX_LEN:
                    x = i.Code == LDX_IMM ? k : i.Code == LDX_MEM ? memory[(int)k] : data.Length;
                    break;
                case ST or STX:
                    memory[(int)k] = i.Code == ST ? a : x;
                    break;
                case TAX:
                    x = a;
                    break;
                case TXA:
                    a = x;
                    break;
                case JA:
                    at += (int)k;
                    break;
                default:
                    uint operand = (i.Code & FromIndex) != 0 ? x : k;
                    int operation = i.Code & ~FromIndex;
                    if (operation is JEQ or JGT or JGE or JSET)
                        at += Holds(operation, a, operand) ? i.IfTrue : i.IfFalse;
                    else if (operation is DIV or MOD && operand == 0)
                        return 0;
                    else
                        a = Compute(operation, a, operand);
                    break;
            }
        }
    }

    private static int WidthOf(int code) => (code & 0x18) switch
    {
        0x10 => 1,
        0x08 => 2,
        _ => 4,
    };

    private static bool Holds(int operation, uint a, uint operand) => operation switch
    {
        JEQ => a == operand,
        JGT => a > operand,
        JGE => a >= operand,
        _ => (a & operand) != 0,
    };

    private static uint Compute(int operation, uint a, uint operand) => operation switch
    {
        ADD => a + operand,
        SUB => a - operand,
        MUL => a * operand,
        DIV => a / operand,
        MOD => a % operand,
        OR => a | operand,
        AND => a & operand,
        XOR => a ^ operand,
        LSH => a << (int)(operand & 31),
        RSH => a >> (int)(operand & 31),
        _ => 0 - a,
    };
}
