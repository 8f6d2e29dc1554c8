namespace Zonix.Machine;

/// <summary>A memory operand of host code, by register numbers; -1 is none.</summary>
internal readonly record struct Operand(int Base, int Index, int Scale, int Displacement)
{
    /// <summary>Relative to the window through the GS segment, with the address truncated to 32 bits.</summary>
    internal bool Windowed { get; init; }

    internal static Operand At(int baseRegister, int displacement) => new(baseRegister, -1, 1, displacement);

    /// <summary>A slot of the CPU state.</summary>
    internal static Operand Slot(int offset) => new(HostRegister.State, -1, 1, offset);
}
