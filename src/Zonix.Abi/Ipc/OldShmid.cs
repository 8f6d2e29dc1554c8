using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct shmid_ds of i386: what struct shmid64_ds was before Linux 2.4.</summary>
[GuestStructure(I386Size = 48)]
[StructLayout(LayoutKind.Sequential, Size = 48)]
public partial struct OldShmid
{
    public OldIpcPerm Permissions;
    public uint Size, AttachTime, DetachTime, ChangeTime;
    public ushort Creator, Last, Attached;

    /// <summary>The old form.</summary>
    public static OldShmid From(in Shmid64 full) => new()
    {
        Permissions = OldIpcPerm.From(full.Permissions), Size = (uint)full.Size, AttachTime = (uint)full.AttachTime, DetachTime = (uint)full.DetachTime,
        ChangeTime = (uint)full.ChangeTime, Creator = (ushort)full.Creator, Last = (ushort)full.Last, Attached = (ushort)full.Attached,
    };
}
