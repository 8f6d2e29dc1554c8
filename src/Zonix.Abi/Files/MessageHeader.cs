using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct msghdr. recvmsg(2).</summary>
[GuestStructure]
[StructLayout(LayoutKind.Sequential)]
public partial struct MessageHeader
{
    [Word]
    public ulong Name;
    public int NameLength;
    [X64Only]
    public int Padding;
    [Word]
    public ulong Vector;
    [Word]
    public ulong VectorLength;
    [Word]
    public ulong Control;
    [Word]
    public ulong ControlLength;
    public int Flags;
    [X64Only]
    public int FlagsPadding;
}
