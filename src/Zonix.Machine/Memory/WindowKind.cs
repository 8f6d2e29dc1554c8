namespace Zonix.Machine;

/// <summary>The two shapes of a guest address space.</summary>
public enum WindowKind
{
    /// <summary>4 GiB; addresses are truncated to 32 bits by the addressing itself.</summary>
    Small,

    /// <summary>256 GiB to 4 TiB; addresses are masked.</summary>
    Large,
}
