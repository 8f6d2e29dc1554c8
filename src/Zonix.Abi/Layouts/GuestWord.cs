using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>A long, a size_t or a pointer that lies by itself.</summary>
[GuestStructure]
[StructLayout(LayoutKind.Sequential)]
public partial struct GuestWord(ulong value)
{
    [Word]
    public ulong Value = value;
}
