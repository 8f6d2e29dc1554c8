using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct termio, of System V: the low halves of the modes and the first control characters. ioctl_tty(2).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Termio
{
    public ushort Input;
    public ushort Output;
    public ushort Control;
    public ushort Local;
    public byte Line;
    public First8 Characters;

    /// <summary>c_cc.</summary>
    [InlineArray(8)]
    public struct First8
    {
        private byte first;
    }
}
