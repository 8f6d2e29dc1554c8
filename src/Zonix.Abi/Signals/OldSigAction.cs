using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct old_sigaction of i386: a mask of 32 signals. sigaction(2).</summary>
[GuestStructure]
[StructLayout(LayoutKind.Sequential)]
public partial struct OldSigAction
{
    [Word]
    public ulong Handler, Mask, Flags, Restorer;
}
