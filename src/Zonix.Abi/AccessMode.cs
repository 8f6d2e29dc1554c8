namespace Zonix.Abi;

/// <summary>What access(2) asks for.</summary>
[Flags]
public enum AccessMode
{
    F_OK = 0,
    X_OK = 1,
    W_OK = 2,
    R_OK = 4,
}
