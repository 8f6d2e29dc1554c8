namespace Zonix.Kernel.Bpf;

/// <summary>The opcodes of classic BPF.</summary>
internal static class BpfOpcode
{
    internal const int RET_K = 0x06, RET_A = 0x16;
    internal const int LD_IMM = 0x00, LD_ABS = 0x20, LD_ABS_HALF = 0x28, LD_ABS_BYTE = 0x30, LD_IND = 0x40, LD_IND_HALF = 0x48, LD_IND_BYTE = 0x50;
    internal const int LD_MEM = 0x60, LD_LEN = 0x80;
    internal const int LDX_IMM = 0x01, LDX_MEM = 0x61, LDX_LEN = 0x81, LDX_MSH = 0xB1;
    internal const int ST = 0x02, STX = 0x03, TAX = 0x07, TXA = 0x87;
    internal const int ADD = 0x04, SUB = 0x14, MUL = 0x24, DIV = 0x34, OR = 0x44, AND = 0x54, LSH = 0x64, RSH = 0x74, NEG = 0x84, MOD = 0x94, XOR = 0xA4;
    internal const int JA = 0x05, JEQ = 0x15, JGT = 0x25, JGE = 0x35, JSET = 0x45;

    /// <summary>Set in an opcode, the operand is the index register in place of the constant.</summary>
    internal const int FromIndex = 0x08;
}
