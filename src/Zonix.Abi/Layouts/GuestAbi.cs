namespace Zonix.Abi;

/// <summary>In which sizes a call's structures and numbers are laid out.</summary>
public enum GuestAbi : byte
{
    /// <summary>x86-64: longs and pointers of 8 bytes.</summary>
    X64,

    /// <summary>i386: longs, pointers, times and offsets of 4 bytes; nothing is aligned to more than 4.</summary>
    I386,

    /// <summary>i386 with times and offsets of 8 bytes, in the calls that came later: fstat64, clock_gettime64.</summary>
    I386Wide,
}
