using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct ipc64_perm of x86-64.</summary>
[StructLayout(LayoutKind.Sequential, Size = 48)]
public struct Ipc64Perm
{
    public int Key;
    public uint Uid, Gid, CreatorUid, CreatorGid, Mode;
    public ushort Sequence;
}
