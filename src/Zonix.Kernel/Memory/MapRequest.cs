using Zonix.Abi;

namespace Zonix.Kernel.Memory;

/// <summary>The arguments of mmap(2), checked as far as they concern the file.</summary>
/// <param name="Address">Hint, or the address itself with MAP_FIXED.</param>
/// <param name="Length">Bytes; rounded up to pages.</param>
/// <param name="Protection">Protection.</param>
/// <param name="Flags">MAP_FIXED, MAP_FIXED_NOREPLACE, MAP_32BIT, MAP_GROWSDOWN, MAP_LOCKED, MAP_NORESERVE, MAP_POPULATE are heeded.</param>
/// <param name="Memory">What to map, with one reference that the call takes over; null for private anonymous memory.</param>
/// <param name="Offset">Page-aligned offset in it.</param>
/// <param name="AreaFlags">Shared and the May bits.</param>
/// <param name="Alignment">Alignment of a chosen address.</param>
public readonly record struct MapRequest(
    ulong Address,
    ulong Length,
    Prot Protection,
    MapFlags Flags,
    IMemoryObject? Memory = null,
    ulong Offset = 0,
    VmaFlags AreaFlags = VmaFlags.MayAll,
    ulong Alignment = AddressSpace.PageSize)
{
    /// <summary>MAP_FIXED or MAP_FIXED_NOREPLACE.</summary>
    public bool IsFixed => (Flags & (MapFlags.MAP_FIXED | MapFlags.MAP_FIXED_NOREPLACE)) != 0;

    /// <summary>Where the pages shall lie.</summary>
    internal MemoryPolicy? Policy { get; init; }

    /// <summary>The caller may lock memory beyond RLIMIT_MEMLOCK: CAP_IPC_LOCK.</summary>
    public bool MayLockAll { get; init; }
}
