using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct mmsghdr: a msghdr, and how much was moved. recvmmsg(2).</summary>
[GuestStructure]
[StructLayout(LayoutKind.Sequential)]
public partial struct MultipleMessageHeader
{
    public MessageHeader Message;
    public uint Length;
    [X64Only]
    public uint Padding;
}
