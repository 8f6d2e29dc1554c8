using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct sigaction as rt_sigaction(2) of x86-64 takes it.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct KernelSigAction
{
    /// <summary>SIG_DFL.</summary>
    public const ulong SIG_DFL = 0;

    /// <summary>SIG_IGN.</summary>
    public const ulong SIG_IGN = 1;

    /// <summary>The handler's address, or SIG_DFL or SIG_IGN.</summary>
    public ulong Handler;

    /// <summary>SA_* flags.</summary>
    public SigActionFlags Flags;

    /// <summary>Where the handler returns to.</summary>
    public ulong Restorer;

    /// <summary>Signals blocked while the handler runs.</summary>
    public ulong Mask;
}
