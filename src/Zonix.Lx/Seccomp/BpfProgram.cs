namespace Zonix.Lx.Seccomp;

/// <summary>
/// A program of classic BPF that looks at a system call: an accumulator, an index register, 16 words of memory, jumps that
/// only go forward. seccomp(2); the instructions are those that Linux lets filters of calls use.
/// </summary>
internal sealed class BpfProgram
{
    /// <summary>The longest program.</summary>
    internal const int MaxLength = 4096;

    private const int MemoryWords = 16;
    private const int RET_K = 0x06, RET_A = 0x16;
    private const int LD_IMM = 0x00, LD_ABS = 0x20, LD_MEM = 0x60, LD_LEN = 0x80;
    private const int LDX_IMM = 0x01, LDX_MEM = 0x61, LDX_LEN = 0x81;
    private const int ST = 0x02, STX = 0x03, TAX = 0x07, TXA = 0x87;
    private const int ADD = 0x04, SUB = 0x14, MUL = 0x24, DIV = 0x34, OR = 0x44, AND = 0x54, LSH = 0x64, RSH = 0x74, NEG = 0x84, XOR = 0xA4;
    private const int JA = 0x05, JEQ = 0x15, JGT = 0x25, JGE = 0x35, JSET = 0x45;

    // Set in an opcode, the operand is the index register in place of the constant.
    private const int FromIndex = 0x08;

    private readonly BpfInstruction[] instructions;

    private BpfProgram(BpfInstruction[] instructions) => this.instructions = instructions;

    /// <summary>How many instructions it has.</summary>
    internal int Length => instructions.Length;

    /// <summary>Takes a program if nothing it does can go wrong; null: EINVAL.</summary>
    internal static BpfProgram? Create(BpfInstruction[] instructions)
    {
        if (instructions.Length is 0 or > MaxLength)
            return null;
        for (int at = 0; at < instructions.Length; at++)
        {
            if (!IsValid(instructions[at], instructions.Length - at - 1))
                return null;
        }

        return instructions[^1].Code is RET_K or RET_A && ReadsOnlyWhatIsWritten(instructions) ? new BpfProgram(instructions) : null;
    }

    /// <summary>Runs it over the words of struct seccomp_data and answers what it returns.</summary>
    internal uint Run(ReadOnlySpan<uint> data)
    {
        Span<uint> memory = stackalloc uint[MemoryWords];
        uint length = (uint)data.Length * sizeof(uint);
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
                case LD_ABS:
                    a = data[(int)(k / sizeof(uint))];
                    break;
                case LD_IMM or LD_MEM or LD_LEN:
                    a = i.Code == LD_IMM ? k : i.Code == LD_MEM ? memory[(int)k] : length;
                    break;
                case LDX_IMM or LDX_MEM or LDX_LEN:
                    x = i.Code == LDX_IMM ? k : i.Code == LDX_MEM ? memory[(int)k] : length;
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
                    else if (operation == DIV && operand == 0)
                        return 0;
                    else
                        a = Compute(operation, a, operand);
                    break;
            }
        }
    }

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
        OR => a | operand,
        AND => a & operand,
        XOR => a ^ operand,
        LSH => a << (int)(operand & 31),
        RSH => a >> (int)(operand & 31),
        _ => 0 - a,
    };

    private static bool IsValid(in BpfInstruction i, int following)
    {
        const uint dataSize = 64;
        switch (i.Code)
        {
            case LD_ABS:
                return i.Constant < dataSize && i.Constant % sizeof(uint) == 0;
            case LD_MEM or LDX_MEM or ST or STX:
                return i.Constant < MemoryWords;
            case LD_IMM or LDX_IMM or LD_LEN or LDX_LEN or RET_K or RET_A or TAX or TXA or NEG:
                return true;
            case JA:
                return i.Constant < (uint)following;
            case DIV:
                return i.Constant != 0;
            case LSH or RSH:
                return i.Constant < 32;
        }

        return (i.Code & ~FromIndex) switch
        {
            ADD or SUB or MUL or DIV or OR or AND or XOR or LSH or RSH => true,
            JEQ or JGT or JGE or JSET => i.IfTrue < following && i.IfFalse < following,
            _ => false,
        };
    }

    /// <summary>Whether no word of memory is read on any way to it without having been written.</summary>
    private static bool ReadsOnlyWhatIsWritten(BpfInstruction[] instructions)
    {
        // Per instruction, the words that have been written on all ways that lead there.
        var written = new ushort[instructions.Length];
        Array.Fill(written, ushort.MaxValue);
        ushort now = 0;
        for (int at = 0; at < instructions.Length; at++)
        {
            BpfInstruction i = instructions[at];
            now &= written[at];
            switch (i.Code)
            {
                case ST or STX:
                    now |= (ushort)(1 << (int)i.Constant);
                    break;
                case LD_MEM or LDX_MEM:
                    if ((now & (1 << (int)i.Constant)) == 0)
                        return false;
                    break;
                case JA:
                    written[at + 1 + (int)i.Constant] &= now;
                    now = ushort.MaxValue;
                    break;
                default:
                    if ((i.Code & ~FromIndex) is not (JEQ or JGT or JGE or JSET))
                        break;
                    written[at + 1 + i.IfTrue] &= now;
                    written[at + 1 + i.IfFalse] &= now;
                    now = ushort.MaxValue;
                    break;
            }
        }

        return true;
    }
}
