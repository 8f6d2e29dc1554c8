namespace Zonix.Abi;

/// <summary>e_type of an ELF file. elf(5).</summary>
public enum ElfType : ushort
{
    ET_NONE = 0,
    ET_REL = 1,
    ET_EXEC = 2,
    ET_DYN = 3,
    ET_CORE = 4,
}
