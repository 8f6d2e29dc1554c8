using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct ifconf: room for interface requests, and where. netdevice(7).</summary>
[GuestStructure]
[StructLayout(LayoutKind.Sequential)]
public partial struct InterfaceList
{
    public int Length;
    [Word]
    public ulong Place;
}
