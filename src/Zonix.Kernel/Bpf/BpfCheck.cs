using static Zonix.Kernel.Bpf.BpfOpcode;

namespace Zonix.Kernel.Bpf;

/// <summary>Whether a program of classic BPF can be run without further checks.</summary>
internal static class BpfCheck
{
    private const uint CallDataSize = 64, SKF_AD_OFF = 0xFFFF_F000, SKF_AD_MAX = 64;

    internal static bool Passes(BpfInstruction[] instructions, BpfUse use)
    {
        if (instructions.Length is 0 or > BpfProgram.MaxLength)
            return false;
        for (int at = 0; at < instructions.Length; at++)
        {
            if (!IsValid(instructions[at], instructions.Length - at - 1, use))
                return false;
        }
        return instructions[^1].Code is RET_K or RET_A && ReadsOnlyWhatIsWritten(instructions);
    }

    private static bool IsValid(in BpfInstruction i, int following, BpfUse use)
    {
        switch (i.Code)
        {
            case LD_ABS when use == BpfUse.Calls:
                return i.Constant < CallDataSize && i.Constant % sizeof(uint) == 0;
            case LD_ABS or LD_ABS_HALF or LD_ABS_BYTE:
                return use == BpfUse.Packets && (i.Constant < SKF_AD_OFF || (i.Constant - SKF_AD_OFF is < SKF_AD_MAX and var fact && fact % 4 == 0));
            case LD_IND or LD_IND_HALF or LD_IND_BYTE or LDX_MSH or MOD or (MOD | FromIndex) when use == BpfUse.Calls:
                return false;
            case LD_IND or LD_IND_HALF or LD_IND_BYTE or LDX_MSH:
                return true;
            case LD_MEM or LDX_MEM or ST or STX:
                return i.Constant < BpfProgram.MemoryWords;
            case LD_IMM or LDX_IMM or LD_LEN or LDX_LEN or RET_K or RET_A or TAX or TXA or NEG:
                return true;
            case JA:
                return i.Constant < (uint)following;
            case DIV or MOD:
                return i.Constant != 0;
            case LSH or RSH:
                return i.Constant < 32;
        }

        return (i.Code & ~FromIndex) switch
        {
            ADD or SUB or MUL or DIV or OR or AND or XOR or LSH or RSH or MOD => true,
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
