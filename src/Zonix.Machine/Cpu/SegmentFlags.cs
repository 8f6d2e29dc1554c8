namespace Zonix.Machine;

/// <summary>Properties of a <see cref="SegmentDescriptor"/>.</summary>
[Flags]
public enum SegmentFlags
{
    None = 0,

    /// <summary>The entry holds a segment.</summary>
    Present = 1,

    /// <summary>The limit counts pages.</summary>
    Pages = 2,

    /// <summary>Operands and addresses of its code are 32 bits wide.</summary>
    Is32Bit = 4,

    /// <summary>Code, not data.</summary>
    Code = 8,

    /// <summary>Data that cannot be written, or code that cannot be read.</summary>
    Restricted = 16,

    /// <summary>Data that grows downwards, or conforming code.</summary>
    Directed = 32,

    /// <summary>A bit that the CPU leaves to the system.</summary>
    Available = 64,
}
