namespace Zonix.Abi;

/// <summary>Modes of set_mempolicy(2).</summary>
public enum PolicyMode
{
    MPOL_DEFAULT,
    MPOL_PREFERRED,
    MPOL_BIND,
    MPOL_INTERLEAVE,
    MPOL_LOCAL,
    MPOL_PREFERRED_MANY,
    MPOL_WEIGHTED_INTERLEAVE,
}
