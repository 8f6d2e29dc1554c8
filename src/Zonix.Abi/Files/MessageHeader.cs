using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct msghdr of x86-64. recvmsg(2).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct MessageHeader
{
    public ulong Name;
    public int NameLength;
    public int Padding;
    public ulong Vector;
    public ulong VectorLength;
    public ulong Control;
    public ulong ControlLength;
    public int Flags;
    public int FlagsPadding;
}
