using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>stack_t. sigaltstack(2).</summary>
[GuestStructure]
[StructLayout(LayoutKind.Sequential)]
public partial struct StackT
{
    /// <summary>ss_sp.</summary>
    [Word]
    public ulong Sp;

    /// <summary>ss_flags.</summary>
    public int Flags;

    [X64Only]
    private int padding;

    /// <summary>ss_size.</summary>
    [Word]
    public ulong Size;
}
