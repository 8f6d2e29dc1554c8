using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct shm_info. shmctl(2), SHM_INFO.</summary>
[GuestStructure]
[StructLayout(LayoutKind.Sequential, Size = 48)]
public partial struct ShmUse
{
    public int Segments;
    [Word]
    public ulong Pages, Resident, Swapped, SwapAttempts, SwapSuccesses;
}
