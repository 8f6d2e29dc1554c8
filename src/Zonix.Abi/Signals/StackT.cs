using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>stack_t. sigaltstack(2).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct StackT
{
    /// <summary>ss_sp.</summary>
    public ulong Sp;

    /// <summary>ss_flags.</summary>
    public int Flags;

    private int padding;

    /// <summary>ss_size.</summary>
    public ulong Size;
}
