using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Ipc;

/// <summary>How numbers of System V objects are made: an index, and a sequence that tells reuses of the index apart.</summary>
public static class IpcTable
{
    /// <summary>Bits of the index.</summary>
    public const int IndexBits = 15;

    internal const int MaxIndex = 1 << IndexBits;
    internal const int IndexMask = MaxIndex - 1;

    // Indexes are handed out in turn within at least so many, so that a stale number is noticed.
    internal const int MinCycle = 64;
}
