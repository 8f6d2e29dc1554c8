using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct shmid64_ds. shmctl(2).</summary>
[GuestStructure(I386Size = 84)]
[StructLayout(LayoutKind.Sequential, Size = 112)]
public partial struct Shmid64
{
    public Ipc64Perm Permissions;
    [Word]
    public ulong Size;
    public long AttachTime, DetachTime, ChangeTime;
    public int Creator, Last;
    [Word]
    public ulong Attached;
}
