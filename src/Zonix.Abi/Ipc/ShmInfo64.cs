using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct shminfo64. shmctl(2), IPC_INFO.</summary>
[StructLayout(LayoutKind.Sequential, Size = 72)]
public struct ShmInfo64
{
    public ulong MaxSize, MinSize, MaxSegments, MaxPerProcess, MaxPages;
}
