using System.Runtime.InteropServices;

namespace Zonix.Machine;

/// <summary>The selectors that the segment registers of i386 code hold, in the order of their numbers in encodings.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct GuestSegments
{
    public uint Es, Cs, Ss, Ds, Fs, Gs;
}
