using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct semid_ds of i386: what struct semid64_ds was before Linux 2.4. Its pointers of the kernel are 0.</summary>
[GuestStructure(I386Size = 44)]
[StructLayout(LayoutKind.Sequential, Size = 44)]
public partial struct OldSemid
{
    public OldIpcPerm Permissions;
    public uint OperationTime, ChangeTime;
    public uint Base, Pending, PendingLast, Undo;
    public ushort Count;

    /// <summary>The old form.</summary>
    public static OldSemid From(in Semid64 full) => new()
    {
        Permissions = OldIpcPerm.From(full.Permissions), OperationTime = (uint)full.OperationTime, ChangeTime = (uint)full.ChangeTime,
        Count = (ushort)full.Count,
    };
}
