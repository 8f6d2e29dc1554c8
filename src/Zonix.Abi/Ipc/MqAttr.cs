using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct mq_attr. mq_getattr(3).</summary>
[GuestStructure(I386Size = 32)]
[StructLayout(LayoutKind.Sequential, Size = 64)]
public partial struct MqAttr
{
    [Word]
    public long Flags, MaxMessages, MessageSize, Messages;
}
