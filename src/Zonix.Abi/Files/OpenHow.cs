using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct open_how. openat2(2).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct OpenHow
{
    public ulong Flags, Mode, Resolve;
}
