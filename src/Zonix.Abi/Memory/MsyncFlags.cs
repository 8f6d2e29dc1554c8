namespace Zonix.Abi;

/// <summary>Flags of msync(2).</summary>
[Flags]
public enum MsyncFlags : uint
{
    MS_ASYNC = 1,
    MS_INVALIDATE = 2,
    MS_SYNC = 4,
}
