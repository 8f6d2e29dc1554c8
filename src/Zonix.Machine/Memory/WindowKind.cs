namespace Zonix.Machine;

/// <summary>The shapes of a guest address space, and the width of the code that runs in it.</summary>
public enum WindowKind
{
    /// <summary>4 GiB; addresses are truncated to 32 bits by the addressing itself.</summary>
    Small,

    /// <summary>256 GiB to 4 TiB; addresses are masked.</summary>
    Large,

    /// <summary>4 GiB, whose code is that of i386: 32-bit protected mode with flat segments.</summary>
    I386,
}
