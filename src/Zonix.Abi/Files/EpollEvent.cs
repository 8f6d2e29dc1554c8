using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct epoll_event of x86-64, which is packed. epoll_ctl(2).</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct EpollEvent
{
    public uint Events;
    public ulong Data;
}
