namespace Zonix.Kernel.Memory;

/// <summary>Properties of an area of an address space, beyond its protection.</summary>
[Flags]
public enum VmaFlags
{
    None = 0,

    /// <summary>MAP_SHARED: stores go to the object.</summary>
    Shared = 1 << 0,

    /// <summary>Grows downwards when the page below is touched: MAP_GROWSDOWN and the main stack.</summary>
    GrowsDown = 1 << 1,

    /// <summary>mprotect(2) may make it readable.</summary>
    MayRead = 1 << 2,

    /// <summary>mprotect(2) may make it writable.</summary>
    MayWrite = 1 << 3,

    /// <summary>mprotect(2) may make it executable.</summary>
    MayExecute = 1 << 4,

    /// <summary>mlock(2).</summary>
    Locked = 1 << 5,

    /// <summary>mlock2(2) with MLOCK_ONFAULT.</summary>
    LockOnFault = 1 << 6,

    /// <summary>MAP_NORESERVE.</summary>
    NoReserve = 1 << 7,

    /// <summary>MADV_DONTFORK.</summary>
    DontFork = 1 << 8,

    /// <summary>MADV_DONTDUMP.</summary>
    DontDump = 1 << 9,

    /// <summary>MADV_WIPEONFORK.</summary>
    WipeOnFork = 1 << 10,

    /// <summary>MADV_SEQUENTIAL.</summary>
    SequentialRead = 1 << 11,

    /// <summary>MADV_RANDOM.</summary>
    RandomRead = 1 << 12,

    /// <summary>MADV_HUGEPAGE.</summary>
    HugePage = 1 << 13,

    /// <summary>MADV_NOHUGEPAGE.</summary>
    NoHugePage = 1 << 14,

    /// <summary>MADV_MERGEABLE.</summary>
    Mergeable = 1 << 15,

    /// <summary>Counts against the commit limit: private and writable at some time, without MAP_NORESERVE.</summary>
    Accounted = 1 << 16,

    /// <summary>Kernel pages such as the vDSO: cannot be grown or split by mremap(2).</summary>
    Special = 1 << 17,

    /// <summary>mseal(2): can be neither unmapped, moved, replaced nor protected otherwise.</summary>
    Sealed = 1 << 18,

    /// <summary>Anonymous memory that came from the parent at fork: Linux does not merge new memory with it.</summary>
    Inherited = 1 << 19,

    /// <summary>All the May bits.</summary>
    MayAll = MayRead | MayWrite | MayExecute,
}
