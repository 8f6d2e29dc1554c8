namespace Zonix.Abi;

/// <summary>Protection bits of mmap(2) and mprotect(2).</summary>
[Flags]
public enum Prot : uint
{
    PROT_NONE = 0,
    PROT_READ = 1,
    PROT_WRITE = 2,
    PROT_EXEC = 4,
    PROT_SEM = 8,
    PROT_GROWSDOWN = 0x0100_0000,
    PROT_GROWSUP = 0x0200_0000,
}
