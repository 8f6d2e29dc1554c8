namespace Zonix.Abi;

/// <summary>Flags of mremap(2).</summary>
[Flags]
public enum RemapFlags : uint
{
    MREMAP_MAYMOVE = 1,
    MREMAP_FIXED = 2,
    MREMAP_DONTUNMAP = 4,
}
