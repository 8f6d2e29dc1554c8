using System.Runtime.InteropServices;

namespace Zonix.Kernel.Vfs;

/// <summary>struct iovec. readv(2).</summary>
[GuestStructure]
[StructLayout(LayoutKind.Sequential)]
public partial struct IoVector
{
    /// <summary>Where the part begins.</summary>
    [Word]
    public ulong Base;

    /// <summary>How long it is.</summary>
    [Word]
    public ulong Length;
}
