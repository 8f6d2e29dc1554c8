namespace Zonix.Abi;

/// <summary>p_type of an ELF program header. elf(5).</summary>
public enum SegmentType : uint
{
    PT_NULL = 0,
    PT_LOAD = 1,
    PT_DYNAMIC = 2,
    PT_INTERP = 3,
    PT_NOTE = 4,
    PT_PHDR = 6,
    PT_TLS = 7,
    PT_GNU_EH_FRAME = 0x6474_e550,
    PT_GNU_STACK = 0x6474_e551,
    PT_GNU_RELRO = 0x6474_e552,
    PT_GNU_PROPERTY = 0x6474_e553,
}
