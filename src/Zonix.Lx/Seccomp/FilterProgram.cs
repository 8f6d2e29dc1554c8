using System.Runtime.InteropServices;

namespace Zonix.Lx.Seccomp;

/// <summary>struct sock_fprog: how many instructions there are, and where. seccomp(2).</summary>
[GuestStructure]
[StructLayout(LayoutKind.Sequential)]
internal partial struct FilterProgram
{
    public ushort Length;
    [Word]
    public ulong Place;
}
