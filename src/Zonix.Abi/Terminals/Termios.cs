using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct termios as the kernel has it. ioctl_tty(2).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Termios
{
    public InputModes Input;
    public OutputModes Output;
    public ControlModes Control;
    public LocalModes Local;
    public byte Line;
    public ControlCharacters Characters;
}
