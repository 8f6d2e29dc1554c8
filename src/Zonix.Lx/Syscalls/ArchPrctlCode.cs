namespace Zonix.Lx.Syscalls;

/// <summary>Codes of arch_prctl(2).</summary>
internal enum ArchPrctlCode
{
    ARCH_SET_GS = 0x1001,
    ARCH_SET_FS = 0x1002,
    ARCH_GET_FS = 0x1003,
    ARCH_GET_GS = 0x1004,
    ARCH_GET_CPUID = 0x1011,
    ARCH_SET_CPUID = 0x1012,
    ARCH_CET_STATUS = 0x3001,
    ARCH_SHSTK_ENABLE = 0x5001,
}
