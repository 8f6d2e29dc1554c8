namespace Zonix.Machine;

/// <summary>Protection of guest pages, as the guest asked for it; the values are those of mmap(2).</summary>
[Flags]
public enum MemoryProtection
{
    None = 0,
    Read = 1,
    Write = 2,
    Execute = 4,
}
