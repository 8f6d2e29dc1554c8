using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct mmap_arg_struct32: what mmap(2) of old i386 programs takes. arch/x86/kernel/sys_ia32.c.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct MapArguments
{
    public uint Address, Length, Protection, Flags;
    public int Fd;
    public uint Offset;
}
