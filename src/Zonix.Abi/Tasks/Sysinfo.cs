using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct sysinfo. sysinfo(2).</summary>
[GuestStructure(I386Size = 64)]
[StructLayout(LayoutKind.Sequential, Size = 112)]
public partial struct Sysinfo
{
    [Word]
    public long Uptime;
    [Word]
    public ulong LoadOne, LoadFive, LoadFifteen, TotalRam, FreeRam, SharedRam, BufferRam, TotalSwap, FreeSwap;
    public ushort Processes, Padding;
    [Word]
    public ulong TotalHigh, FreeHigh;
    public uint Unit;
}
