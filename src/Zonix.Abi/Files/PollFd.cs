using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct pollfd. poll(2).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct PollFd
{
    public int Fd;
    public short Events, Returned;
}
