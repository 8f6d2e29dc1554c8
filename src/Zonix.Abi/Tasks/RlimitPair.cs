using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct rlimit and, for i386, struct rlimit64. getrlimit(2).</summary>
[GuestStructure]
[StructLayout(LayoutKind.Sequential)]
public partial struct RlimitPair
{
    [Wide]
    public ulong Soft, Hard;
}
