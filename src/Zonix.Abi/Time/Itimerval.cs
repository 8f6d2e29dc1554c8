using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct itimerval. setitimer(2).</summary>
[GuestStructure]
[StructLayout(LayoutKind.Sequential)]
public partial struct Itimerval(Timeval interval, Timeval value)
{
    public Timeval Interval = interval, Value = value;
}
