using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct statfs of x86-64. statfs(2).</summary>
[StructLayout(LayoutKind.Sequential, Size = 120)]
public struct LinuxStatFs
{
    public long Type, BlockSize;
    public ulong Blocks, BlocksFree, BlocksAvailable, Files, FilesFree, FsId;
    public long NameLength, FragmentSize, Flags;
}
