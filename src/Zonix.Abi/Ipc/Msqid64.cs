using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct msqid64_ds. msgctl(2).</summary>
[GuestStructure(I386Size = 88)]
[StructLayout(LayoutKind.Sequential, Size = 120)]
public partial struct Msqid64
{
    public Ipc64Perm Permissions;
    public long SendTime, ReceiveTime, ChangeTime;
    [Word]
    public ulong Bytes, Count, MaxBytes;
    public int LastSender, LastReceiver;
}
