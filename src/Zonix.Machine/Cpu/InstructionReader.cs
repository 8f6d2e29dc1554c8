using Iced.Intel;

namespace Zonix.Machine;

/// <summary>Decodes single instructions, away from translation.</summary>
internal static class InstructionReader
{
    /// <summary>Bytes of the longest instruction. Intel SDM volume 2, "Instruction format".</summary>
    internal const int Longest = 15;

    /// <summary>The instruction at an address, of whose bytes as many are given as could be read.</summary>
    internal static Instruction Decode(ReadOnlySpan<byte> code, ulong rip, WindowKind kind)
    {
        var decoder = Decoder.Create(kind == WindowKind.I386 ? 32 : 64, code.ToArray());
        decoder.IP = rip;
        decoder.Decode(out Instruction instruction);
        return instruction;
    }
}
