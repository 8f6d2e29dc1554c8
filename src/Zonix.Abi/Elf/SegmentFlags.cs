namespace Zonix.Abi;

/// <summary>p_flags of an ELF program header. elf(5).</summary>
[Flags]
public enum SegmentFlags : uint
{
    PF_X = 1,
    PF_W = 2,
    PF_R = 4,
}
