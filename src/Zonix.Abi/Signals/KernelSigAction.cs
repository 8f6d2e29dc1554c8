using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct sigaction as rt_sigaction(2) takes it.</summary>
[GuestStructure]
[StructLayout(LayoutKind.Sequential)]
public partial struct KernelSigAction
{
    /// <summary>SIG_DFL.</summary>
    public const ulong SIG_DFL = 0;

    /// <summary>SIG_IGN.</summary>
    public const ulong SIG_IGN = 1;

    /// <summary>The handler's address, or SIG_DFL or SIG_IGN.</summary>
    [Word]
    public ulong Handler;

    /// <summary>SA_* flags.</summary>
    [Word]
    public SigActionFlags Flags;

    /// <summary>Where the handler returns to.</summary>
    [Word]
    public ulong Restorer;

    /// <summary>Signals blocked while the handler runs.</summary>
    public ulong Mask;
}
