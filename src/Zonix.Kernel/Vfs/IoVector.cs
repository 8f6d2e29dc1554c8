using System.Runtime.InteropServices;

namespace Zonix.Kernel.Vfs;

/// <summary>struct iovec. readv(2).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct IoVector
{
    /// <summary>Where the part begins.</summary>
    public ulong Base;

    /// <summary>How long it is.</summary>
    public ulong Length;
}
