using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct sembuf: one operation of semop(2).</summary>
[StructLayout(LayoutKind.Sequential, Size = 6)]
public struct SemBuf
{
    public const short SEM_UNDO = 0x1000, IPC_NOWAIT = 0x800;

    public ushort Number;
    public short Operation;
    public short Flags;
}
