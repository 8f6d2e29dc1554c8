using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct termios2: with speeds as numbers. ioctl_tty(2).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Termios2
{
    public Termios Base;
    public uint InputSpeed;
    public uint OutputSpeed;
}
