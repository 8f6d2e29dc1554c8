using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct ustat. ustat(2).</summary>
[GuestStructure(I386Size = 20)]
[StructLayout(LayoutKind.Sequential, Size = 32)]
public partial struct Ustat
{
    public int FreeBlocks;
    [Word]
    public ulong FreeInodes;
}
