using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct shm_info. shmctl(2), SHM_INFO.</summary>
[StructLayout(LayoutKind.Sequential, Size = 48)]
public struct ShmUse
{
    public int Segments;
    public ulong Pages, Resident, Swapped, SwapAttempts, SwapSuccesses;
}
