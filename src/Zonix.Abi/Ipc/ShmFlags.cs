namespace Zonix.Abi;

/// <summary>Flags of shmat(2).</summary>
[Flags]
public enum ShmFlags
{
    None = 0,
    SHM_RDONLY = 0x1000,
    SHM_RND = 0x2000,
    SHM_REMAP = 0x4000,
    SHM_EXEC = 0x8000,
}
