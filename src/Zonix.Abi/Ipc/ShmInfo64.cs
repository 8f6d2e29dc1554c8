using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct shminfo64. shmctl(2), IPC_INFO.</summary>
[GuestStructure(I386Size = 36)]
[StructLayout(LayoutKind.Sequential, Size = 72)]
public partial struct ShmInfo64
{
    [Word]
    public ulong MaxSize, MinSize, MaxSegments, MaxPerProcess, MaxPages;
}
