namespace Zonix.Differential;

/// <summary>Where a case's code and memory lie; the same numbers stand in conformance/translator/executor.c.</summary>
public static class Layout
{
    public const int PageSize = 4096;
    public const ulong CodeBase = 0x60000000;
    public const int CodeSize = 0x40000;

    /// <summary>Three writable pages with the read-only one behind them, and nothing mapped before and after.</summary>
    public const ulong Data = 0x50000000;
    public const int DataSize = 3 * PageSize;

    public const ulong Stack = 0x58000000;
    public const int StackSize = 2 * PageSize;

    /// <summary>Addresses of this page have bit 31 set.</summary>
    public const ulong HighData = 0x90000000;
    public const int HighDataSize = PageSize;

    public const ulong ReadOnly = 0x50003000;
    public const int ReadOnlySize = PageSize;

    public const int WritablePages = 6;
    public const int MemorySize = 7 * PageSize;

    public const int MaxCases = 256;

    /// <summary>Distance between two cases' code; not a power of two, so that code meets page ends everywhere.</summary>
    public const int CodeStride = 1016;

    /// <summary>Most bytes of code of one case.</summary>
    public const int MaxCode = 900;

    /// <summary>Base and size of every area in the order in which they are kept in a memory image.</summary>
    public static IReadOnlyList<(ulong Base, int Size)> Areas { get; } =
        [(Data, DataSize), (Stack, StackSize), (HighData, HighDataSize), (ReadOnly, ReadOnlySize)];

    /// <summary>Whether an address can be accessed at all.</summary>
    public static bool IsMapped(ulong address)
    {
        foreach ((ulong start, int size) in Areas)
        {
            if (address - start < (ulong)size)
                return true;
        }

        return address - CodeBase < CodeSize;
    }
}
