using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct timex. adjtimex(2).</summary>
[GuestStructure(I386Size = 128, WideSize = 208)]
[StructLayout(LayoutKind.Sequential, Size = 208)]
public partial struct Timex
{
    public uint Modes;
    [Wide]
    public long Offset, Frequency, MaxError, EstimatedError;
    public int Status;
    [Wide]
    public long Constant, Precision, Tolerance;
    public Timeval Time;
    [Wide]
    public long Tick;
}
