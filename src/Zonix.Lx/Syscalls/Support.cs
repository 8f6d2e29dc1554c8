namespace Zonix.Lx.Syscalls;

/// <summary>How much of a call works.</summary>
public enum Support
{
    /// <summary>As its man page says.</summary>
    Full,

    /// <summary>Part of it: <see cref="SyscallAttribute.Missing"/> says what is not there.</summary>
    Partial,
}
