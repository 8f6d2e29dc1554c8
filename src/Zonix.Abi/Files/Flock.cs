using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct flock and, for i386, struct flock64. fcntl(2).</summary>
[GuestStructure]
[StructLayout(LayoutKind.Sequential, Size = 32)]
public partial struct Flock
{
    public const short F_RDLCK = 0, F_WRLCK = 1, F_UNLCK = 2;

    public short Type, Whence;
    [Wide]
    public long Start, Length;
    public int Pid;
}
