using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct sigevent. sigevent(7).</summary>
[GuestStructure(I386Size = 64)]
[StructLayout(LayoutKind.Sequential, Size = 64)]
public partial struct Sigevent
{
    [Word]
    public ulong Value;
    public int Signo, Notify, Tid;
}
