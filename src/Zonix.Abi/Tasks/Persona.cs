namespace Zonix.Abi;

/// <summary>Execution domains and their flags. personality(2), include/uapi/linux/personality.h.</summary>
[Flags]
public enum Persona : uint
{
    /// <summary>The low byte: the domain.</summary>
    PER_MASK = 0xFF,

    /// <summary>uname(2) tells of a machine of 32 bits.</summary>
    PER_LINUX32 = 8,

    /// <summary>uname(2) tells of a release 2.6.</summary>
    UNAME26 = 0x002_0000,

    /// <summary>Nothing lies at random places.</summary>
    ADDR_NO_RANDOMIZE = 0x004_0000,

    /// <summary>The first page is mapped.</summary>
    MMAP_PAGE_ZERO = 0x010_0000,

    /// <summary>Mappings are placed from the bottom up.</summary>
    ADDR_COMPAT_LAYOUT = 0x020_0000,

    /// <summary>What can be read can be executed.</summary>
    READ_IMPLIES_EXEC = 0x040_0000,

    /// <summary>select(2) and its like leave the timeout alone.</summary>
    STICKY_TIMEOUTS = 0x400_0000,

    /// <summary>i386 programs have 3 GiB of addresses.</summary>
    ADDR_LIMIT_3GB = 0x800_0000,

    /// <summary>What does not stay when a program changes its user: none that weakens it.</summary>
    PER_CLEAR_ON_SETID = READ_IMPLIES_EXEC | ADDR_NO_RANDOMIZE | ADDR_COMPAT_LAYOUT | MMAP_PAGE_ZERO,
}
