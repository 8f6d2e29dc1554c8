using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct flock of x86-64. fcntl(2).</summary>
[StructLayout(LayoutKind.Sequential, Size = 32)]
public struct Flock
{
    public const short F_RDLCK = 0, F_WRLCK = 1, F_UNLCK = 2;

    public short Type, Whence;
    public long Start, Length;
    public int Pid;
}
