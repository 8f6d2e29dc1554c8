namespace Zonix.Abi;

/// <summary>Sizes and magic numbers of ELF files and of execve(2).</summary>
public static class ElfLimits
{
    /// <summary>Size of the 64-bit file header.</summary>
    public const int HeaderSize = 64;

    /// <summary>Size of a 64-bit program header.</summary>
    public const int ProgramHeaderSize = 56;

    /// <summary>Size of the 32-bit file header.</summary>
    public const int HeaderSize32 = 52;

    /// <summary>Size of a 32-bit program header.</summary>
    public const int ProgramHeaderSize32 = 32;

    /// <summary>Most bytes of program headers that execve(2) accepts.</summary>
    public const int MaxProgramHeaderBytes = 65536;

    /// <summary>e_machine of x86-64.</summary>
    public const ushort EM_X86_64 = 62;

    /// <summary>e_machine of i386.</summary>
    public const ushort EM_386 = 3;

    /// <summary>How much of a program is read to tell its format.</summary>
    public const int BINPRM_BUF_SIZE = 256;

    /// <summary>Longest single argument or environment string, with its NUL.</summary>
    public const int MAX_ARG_STRLEN = 32 * 4096;

    /// <summary>Bytes of arguments and environment that are always allowed.</summary>
    public const int ARG_MAX = 131072;

    /// <summary>Longest path, with its NUL.</summary>
    public const int PATH_MAX = 4096;
}
