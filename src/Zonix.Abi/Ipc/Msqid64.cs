using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct msqid64_ds of x86-64. msgctl(2).</summary>
[StructLayout(LayoutKind.Sequential, Size = 120)]
public struct Msqid64
{
    public Ipc64Perm Permissions;
    public long SendTime, ReceiveTime, ChangeTime;
    public ulong Bytes, Count, MaxBytes;
    public int LastSender, LastReceiver;
}
