using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct cmsghdr: what goes before a piece of ancillary data. cmsg(3).</summary>
[GuestStructure]
[StructLayout(LayoutKind.Sequential)]
public partial struct ControlHeader
{
    [Word]
    public ulong Length;
    public int Level, Type;

    /// <summary>CMSG_ALIGN: pieces begin at multiples of a word.</summary>
    public static ulong Align(ulong length, GuestAbi abi) => abi == GuestAbi.X64 ? (length + 7) & ~7UL : (length + 3) & ~3UL;
}
