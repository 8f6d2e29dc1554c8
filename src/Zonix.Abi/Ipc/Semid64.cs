using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct semid64_ds. semctl(2).</summary>
[GuestStructure(I386Size = 64)]
[StructLayout(LayoutKind.Sequential, Size = 104)]
public partial struct Semid64
{
    public Ipc64Perm Permissions;
    public long OperationTime;
    [X64Only]
    public long Unused1;
    public long ChangeTime;
    [X64Only]
    public long Unused2;
    [Word]
    public ulong Count;
}
