namespace Zonix.Abi;

/// <summary>Flags of mlock2(2).</summary>
[Flags]
public enum Mlock2Flags : uint
{
    MLOCK_ONFAULT = 1,
}
