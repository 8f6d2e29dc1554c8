using Zonix.Abi;

namespace Zonix.Kernel.Memory;

/// <summary>One line of /proc/[pid]/maps.</summary>
public readonly record struct AreaDescription(
    ulong Start,
    ulong End,
    Prot Protection,
    VmaFlags Flags,
    ulong Offset,
    MemoryObjectName Name)
{
    /// <summary>Where its file lies; null for memory that belongs to none.</summary>
    public Vfs.VfsPath Place { get; init; }

    /// <summary>What it holds in memory, if that was asked for.</summary>
    public AreaUsage Usage { get; init; }
}
