using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct mnt_id_req of statmount(2) and listmount(2), in its first size; the number of a namespace may follow.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct MountIdRequest
{
    public uint Size, Spare;
    public ulong MountId, Parameter;
}
