using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>
/// struct msqid_ds of i386: what struct msqid64_ds was before Linux 2.4. Its pointers of the kernel are 0; counts that do not fit are 65535, and
/// those of bytes lie beside themselves in full.
/// </summary>
[GuestStructure(I386Size = 56)]
[StructLayout(LayoutKind.Sequential, Size = 56)]
public partial struct OldMsqid
{
    public OldIpcPerm Permissions;
    public uint First, Last, SendTime, ReceiveTime, ChangeTime, FullBytes, FullMaxBytes;
    public ushort Bytes, Count, MaxBytes, LastSender, LastReceiver;

    /// <summary>The old form.</summary>
    public static OldMsqid From(in Msqid64 full) => new()
    {
        Permissions = OldIpcPerm.From(full.Permissions), SendTime = (uint)full.SendTime, ReceiveTime = (uint)full.ReceiveTime,
        ChangeTime = (uint)full.ChangeTime, FullBytes = (uint)full.Bytes, FullMaxBytes = (uint)full.MaxBytes, Bytes = Fit(full.Bytes),
        Count = Fit(full.Count), MaxBytes = Fit(full.MaxBytes), LastSender = (ushort)full.LastSender, LastReceiver = (ushort)full.LastReceiver,
    };

    /// <summary>What IPC_SET takes from it: the limit in full where the short one is 0.</summary>
    public readonly Msqid64 ToFull() => new() { Permissions = Permissions.ToFull(), MaxBytes = MaxBytes == 0 ? FullMaxBytes : MaxBytes };

    private static ushort Fit(ulong value) => (ushort)Math.Min(value, ushort.MaxValue);
}
