using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct mq_attr of x86-64. mq_getattr(3).</summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
public struct MqAttr
{
    public long Flags, MaxMessages, MessageSize, Messages;
}
