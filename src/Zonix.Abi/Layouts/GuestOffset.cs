using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>An off_t or a time_t that lies by itself.</summary>
[GuestStructure]
[StructLayout(LayoutKind.Sequential)]
public partial struct GuestOffset(long value)
{
    [Wide]
    public long Value = value;
}
