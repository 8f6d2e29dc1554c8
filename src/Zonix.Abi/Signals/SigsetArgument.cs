using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>A signal mask and its size behind one pointer: the last argument of pselect6(2) and io_pgetevents(2).</summary>
[GuestStructure]
[StructLayout(LayoutKind.Sequential)]
public partial struct SigsetArgument
{
    [Word]
    public ulong Mask, Size;
}
