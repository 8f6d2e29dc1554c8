using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct mount_attr. mount_setattr(2).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct MountAttr
{
    public MountAttributes Set, Clear;
    public ulong Propagation, UserNamespaceFd;
}
