using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct shmid64_ds of x86-64. shmctl(2).</summary>
[StructLayout(LayoutKind.Sequential, Size = 112)]
public struct Shmid64
{
    public Ipc64Perm Permissions;
    public ulong Size;
    public long AttachTime, DetachTime, ChangeTime;
    public int Creator, Last;
    public ulong Attached;
}
