using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct seminfo. semctl(2), IPC_INFO and SEM_INFO.</summary>
[GuestStructure]
[StructLayout(LayoutKind.Sequential)]
public partial struct SemInfo
{
    public int Map, MaxSets, MaxSemaphores, MaxUndos, MaxPerSet, MaxOperations, MaxUndoEntries, UsedSets, MaxValue, UsedSemaphores;
}
