namespace Zonix.Abi;

/// <summary>Flags of a mount. mount(2).</summary>
[Flags]
public enum MountFlags : ulong
{
    MS_RDONLY = 1,
    MS_NOSUID = 2,
    MS_NODEV = 4,
    MS_NOEXEC = 8,
    MS_SYNCHRONOUS = 16,
    MS_REMOUNT = 32,
    MS_NOATIME = 1024,
    MS_NODIRATIME = 2048,
    MS_BIND = 4096,
    MS_MOVE = 8192,
    MS_REC = 16384,
    MS_RELATIME = 1 << 21,
    MS_STRICTATIME = 1 << 24,
}
