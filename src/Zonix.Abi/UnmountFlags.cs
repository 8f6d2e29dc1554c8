namespace Zonix.Abi;

/// <summary>Flags of umount2(2).</summary>
[Flags]
public enum UnmountFlags
{
    MNT_FORCE = 1,
    MNT_DETACH = 2,
    MNT_EXPIRE = 4,
    UMOUNT_NOFOLLOW = 8,
}
