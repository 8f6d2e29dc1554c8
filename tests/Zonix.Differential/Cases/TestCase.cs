namespace Zonix.Differential;

/// <summary>A sequence of instructions with the registers it starts with.</summary>
public sealed class TestCase
{
    public TestCase(ulong seed, int slot)
    {
        Seed = seed;
        Slot = slot;
    }

    /// <summary>Makes the same case again, together with the batch's memory.</summary>
    public ulong Seed { get; }

    /// <summary>Place among the codes of a batch.</summary>
    public int Slot { get; }

    /// <summary>Width of its code in bits: 64 or 32.</summary>
    public int Bitness { get; init; } = 64;

    public byte[] Code { get; set; } = [];

    public int Start { get; set; }

    public ulong CodeAddress => Layout.CodeBase + (ulong)(Slot * Layout.CodeStride) + (ulong)Start;

    /// <summary>Instructions in the order of their addresses.</summary>
    public List<Mark> Marks { get; } = [];

    public MachineState Initial;

    /// <summary>Flags that are undefined when the case ends at an address.</summary>
    /// <param name="rip">The address.</param>
    /// <param name="isBehind">It is the one behind the last instruction: a breakpoint's.</param>
    public ulong UndefinedFlags(ulong rip, bool isBehind)
    {
        int offset = (int)(rip - CodeAddress);
        foreach (Mark mark in Marks)
        {
            if (mark.Offset + (isBehind ? mark.Length : 0) == offset)
                return mark.UndefinedFlags;
        }

        return 0;
    }

    /// <summary>One instruction: where it starts, how long it is, and which flags are undefined before it.</summary>
    public readonly record struct Mark(int Offset, int Length, ulong UndefinedFlags);
}
