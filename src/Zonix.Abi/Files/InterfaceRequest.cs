using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct ifreq, as far as its size goes: the largest that follows the name is struct ifmap. netdevice(7).</summary>
[GuestStructure]
[StructLayout(LayoutKind.Sequential)]
public partial struct InterfaceRequest
{
    public ulong NameLow, NameHigh;
    [Word]
    public ulong MapStart, MapEnd;
    public ushort MapBase;
    public byte MapIrq, MapDma, MapPort, Padding1, Padding2, Padding3;
}
