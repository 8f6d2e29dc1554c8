using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct tms: clock ticks. times(2).</summary>
[GuestStructure]
[StructLayout(LayoutKind.Sequential)]
public partial struct Tms
{
    [Word]
    public long User, System, ChildrenUser, ChildrenSystem;
}
