using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct robust_list_head. set_robust_list(2).</summary>
[GuestStructure]
[StructLayout(LayoutKind.Sequential)]
public partial struct RobustListHead
{
    [Word]
    public ulong First;
    [Word]
    public long FutexOffset;
    [Word]
    public ulong Pending;
}
