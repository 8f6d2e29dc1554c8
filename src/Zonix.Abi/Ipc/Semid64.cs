using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct semid64_ds of x86-64. semctl(2).</summary>
[StructLayout(LayoutKind.Sequential, Size = 104)]
public struct Semid64
{
    public Ipc64Perm Permissions;
    public long OperationTime, Unused1, ChangeTime, Unused2;
    public ulong Count;
}
