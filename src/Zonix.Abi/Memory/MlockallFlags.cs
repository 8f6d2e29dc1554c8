namespace Zonix.Abi;

/// <summary>Flags of mlockall(2).</summary>
[Flags]
public enum MlockallFlags : uint
{
    MCL_CURRENT = 1,
    MCL_FUTURE = 2,
    MCL_ONFAULT = 4,
}
