using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct ipc64_perm.</summary>
[GuestStructure(I386Size = 36)]
[StructLayout(LayoutKind.Sequential, Size = 48)]
public partial struct Ipc64Perm
{
    public int Key;
    public uint Uid, Gid, CreatorUid, CreatorGid, Mode;
    public ushort Sequence;
}
