namespace Zonix.Kernel.Waiting;

/// <summary>The operation and comparison encoded in FUTEX_WAKE_OP's last argument. futex(2).</summary>
public readonly record struct FutexOperation(uint Encoded)
{
    /// <summary>Whether the operation exists.</summary>
    public bool HasOperation => ((Encoded >> 28) & 7) <= 4;

    /// <summary>Whether the comparison exists; Linux finds out after the operation.</summary>
    public bool HasComparison => ((Encoded >> 24) & 15) <= 5;

    private uint Argument
    {
        get
        {
            var argument = (uint)((int)(Encoded << 8) >> 20);
            return (Encoded >> 31) != 0 ? 1u << (int)(argument & 31) : argument;
        }
    }

    private int Comparand => (int)(Encoded << 20) >> 20;

    /// <summary>The new value of the second word.</summary>
    public uint Apply(uint old) => ((Encoded >> 28) & 7) switch
    {
        0 => Argument,
        1 => old + Argument,
        2 => old | Argument,
        3 => old & ~Argument,
        _ => old ^ Argument,
    };

    /// <summary>Whether waiters of the second word are to be woken.</summary>
    public bool Compare(uint old) => ((Encoded >> 24) & 15) switch
    {
        0 => (int)old == Comparand,
        1 => (int)old != Comparand,
        2 => (int)old < Comparand,
        3 => (int)old <= Comparand,
        4 => (int)old > Comparand,
        _ => (int)old >= Comparand,
    };
}
