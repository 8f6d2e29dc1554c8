using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct msginfo. msgctl(2), IPC_INFO and MSG_INFO.</summary>
[GuestStructure(I386Size = 32)]
[StructLayout(LayoutKind.Sequential, Size = 32)]
public partial struct MsgInfo
{
    public int Pool, Map, MaxSize, MaxBytes, MaxQueues, SegmentSize, Total;
    public ushort Segments;
}
