namespace Zonix.Abi;

/// <summary>User and group numbers of 16 bits, as the first calls of i386 have them. getuid(2).</summary>
public static class ShortId
{
    /// <summary>What a number that does not fit is shown as: overflowuid.</summary>
    public const ushort Overflow = 65534;

    /// <summary>The short form.</summary>
    public static ushort Of(uint id) => id > ushort.MaxValue ? Overflow : (ushort)id;

    /// <summary>The full form; -1, "unchanged", stays it.</summary>
    public static uint Widen(ushort id) => id == ushort.MaxValue ? uint.MaxValue : id;
}
