namespace Zonix.Abi;

/// <summary>Modes of fallocate(2).</summary>
[Flags]
public enum FallocateMode
{
    FALLOC_FL_KEEP_SIZE = 1,
    FALLOC_FL_PUNCH_HOLE = 2,
    FALLOC_FL_NO_HIDE_STALE = 4,
    FALLOC_FL_COLLAPSE_RANGE = 8,
    FALLOC_FL_ZERO_RANGE = 16,
    FALLOC_FL_INSERT_RANGE = 32,
    FALLOC_FL_UNSHARE_RANGE = 64,
}
