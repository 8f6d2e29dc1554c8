using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct statfs and, for i386, struct statfs64. statfs(2).</summary>
[GuestStructure(I386Size = 64, WideSize = 84)]
[StructLayout(LayoutKind.Sequential, Size = 120)]
public partial struct LinuxStatFs
{
    [Word]
    public long Type, BlockSize;
    [Wide]
    public ulong Blocks, BlocksFree, BlocksAvailable, Files, FilesFree;
    public ulong FsId;
    [Word]
    public long NameLength, FragmentSize, Flags;
}
